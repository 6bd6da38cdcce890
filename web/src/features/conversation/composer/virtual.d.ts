declare module "virtual:emojis/*" {
  const value: import("./emojiData").EmojiModule;
  export default value;
}
