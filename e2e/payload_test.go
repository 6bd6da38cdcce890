package e2e

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"strconv"
	"strings"
	"time"
)

// Payloads as Meta sends them ("Webhooks", 2025-12).

func envelope(entries []any) []byte {
	b, err := json.Marshal(map[string]any{"object": "whatsapp_business_account", "entry": entries})
	if err != nil {
		panic(err)
	}
	return b
}

func change(phoneNumberID string, value map[string]any) map[string]any {
	value["messaging_product"] = "whatsapp"
	value["metadata"] = map[string]any{"display_phone_number": "15550100200", "phone_number_id": phoneNumberID}
	return map[string]any{"field": "messages", "value": value}
}

func hook(phoneNumberID string, value map[string]any) []byte {
	return envelope([]any{map[string]any{"id": accountID, "changes": []any{change(phoneNumberID, value)}}})
}

func textHook(phoneNumberID, wamid, phone, text string, at time.Time) []byte {
	from := strings.TrimPrefix(phone, "+")
	return hook(phoneNumberID, map[string]any{
		"contacts": []any{map[string]any{"profile": map[string]any{"name": "Jana"}, "wa_id": from}},
		"messages": []any{map[string]any{"id": wamid, "from": from, "timestamp": stamp(at), "type": "text", "text": map[string]any{"body": text}}},
	})
}

func stamp(t time.Time) string { return strconv.FormatInt(t.Unix(), 10) }

func sign(secret string, body []byte) string {
	h := hmac.New(sha256.New, []byte(secret))
	h.Write(body)
	return "sha256=" + hex.EncodeToString(h.Sum(nil))
}
