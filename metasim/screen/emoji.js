export const emoji = [...new Intl.Segmenter().segment('😀😃😄😁😅😂🙂😉😊😍😘🤗🤔😐🙄😏😌😴😕😟😢😭😠😡😱🥳😎🤒👍👎👌🙏👏👋💪🤝✌️🤞❤️💛💚💙💔🔥⭐✨🎉🎁☕🍕🌧️☀️🚚📦📷📞✅❌❓❗')].map((s) => s.segment);
