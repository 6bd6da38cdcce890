package chaos

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"strconv"
	"time"
)

// The account that a round plays with.
const (
	accountID   = "102290129340398"
	appSecret   = "the-app-secret"
	accessToken = "the-access-token"
	verifyToken = "verify-me"
)

var numbers = []struct{ id, phone string }{{"106540352242922", "+15550100200"}, {"106540352242923", "+15550100300"}}

// update is one message or status as Meta would tell it.
type update struct {
	number   int // index of numbers
	customer string
	external string // wamid
	status   string // of a status; "" for a message
	makes    bool   // a message that must stand in the timeline
	at       int64  // Unix seconds
	value    map[string]any
}

// kinds of customers' messages, as in Meta's webhook reference (2026-08). Those
// that make no message of their own act on an earlier one.
var kinds = []string{"text", "text", "text", "text", "image", "audio", "video", "document", "sticker", "location", "contacts", "button", "list", "reaction", "edit", "revoke", "order", "unsupported", "never_heard_of"}

// teller makes updates from a seed, with provider times that grow per customer.
type teller struct {
	rng       *rand.Rand
	prefix    string
	clock     int64
	customers []string
	texts     map[string][]update // by customer: texts so far, oldest first
	count     int
}

func newTeller(seed uint64, sender int, start time.Time, customers []string) *teller {
	return &teller{
		rng: rand.New(rand.NewPCG(seed, uint64(sender))), prefix: fmt.Sprintf("wamid.chaos.%d.%d.", seed, sender),
		clock: start.Unix(), customers: customers, texts: map[string][]update{},
	}
}

// next is a message of a customer and, now and then, statuses of nothing that we
// ever sent: they must be parked and hold up nobody.
func (t *teller) next() update {
	t.count++
	t.clock++
	u := update{
		number: t.rng.IntN(len(numbers)), customer: t.customers[t.rng.IntN(len(t.customers))],
		external: t.prefix + strconv.Itoa(t.count), makes: true, at: t.clock,
	}
	if t.rng.IntN(12) == 0 {
		u.status, u.makes = []string{"sent", "delivered", "read", "failed"}[t.rng.IntN(4)], false
		u.value = map[string]any{"id": u.external, "status": u.status, "timestamp": strconv.FormatInt(u.at, 10), "recipient_id": u.customer}
		return u
	}
	m := map[string]any{"id": u.external, "from": u.customer, "timestamp": strconv.FormatInt(u.at, 10)}
	kind := kinds[t.rng.IntN(len(kinds))]
	past := t.texts[u.customer+strconv.Itoa(u.number)]
	if len(past) == 0 && (kind == "reaction" || kind == "edit" || kind == "revoke") {
		kind = "text"
	}
	m["type"] = kind
	switch kind {
	case "text":
		m["text"] = map[string]any{"body": fmt.Sprintf("Správa %d od %s: žltý kôň 🐎", t.count, u.customer)}
		if len(past) > 0 && t.rng.IntN(4) == 0 {
			m["context"] = map[string]any{"from": numbers[u.number].phone[1:], "id": past[len(past)-1].external}
		}
		t.texts[u.customer+strconv.Itoa(u.number)] = append(past, u)
	case "image", "audio", "video", "document", "sticker":
		mime := map[string]string{"image": "image/jpeg", "audio": "audio/ogg; codecs=opus", "video": "video/mp4", "document": "application/pdf", "sticker": "image/webp"}[kind]
		media := map[string]any{"id": strconv.Itoa(1_000_000_000 + t.rng.IntN(1_000_000_000)), "mime_type": mime, "sha256": "AAAA"}
		if kind == "document" {
			media["filename"] = "účet č. 5.pdf"
		}
		m[kind] = media
	case "location":
		m["location"] = map[string]any{"latitude": 48.1486, "longitude": 17.1077, "name": "Bratislava"}
	case "contacts":
		m["contacts"] = []any{map[string]any{"name": map[string]any{"formatted_name": "Ján Novák"}, "phones": []any{map[string]any{"phone": "+421905000111", "type": "CELL"}}}}
	case "button":
		m["button"] = map[string]any{"payload": "yes", "text": "Áno"}
	case "list":
		m["type"] = "interactive"
		m["interactive"] = map[string]any{"type": "list_reply", "list_reply": map[string]any{"id": "r1", "title": "Prvá", "description": "voľba"}}
	case "order":
		m["order"] = map[string]any{"catalog_id": "1", "text": "", "product_items": []any{map[string]any{"product_retailer_id": "p", "quantity": 1, "item_price": 10, "currency": "EUR"}}}
	case "reaction":
		u.makes = false
		m["reaction"] = map[string]any{"message_id": past[t.rng.IntN(len(past))].external, "emoji": "👍"}
	case "edit":
		u.makes = false
		m["edit"] = map[string]any{"original_message_id": past[t.rng.IntN(len(past))].external, "message": map[string]any{"type": "text", "text": map[string]any{"body": "opravené"}}}
	case "revoke":
		u.makes = false
		m["revoke"] = map[string]any{"original_message_id": past[t.rng.IntN(len(past))].external}
	case "unsupported":
		m["errors"] = []any{map[string]any{"code": 131051, "title": "Message type unknown"}}
	default:
		m[kind] = map[string]any{"something": "new"}
	}
	u.value = m
	return u
}

// post is one webhook: several updates in a body, its signature, and what
// became of it.
type post struct {
	body    []byte
	digest  [32]byte
	updates []update
	first   time.Time // when it was sent first
	copies  int       // how often Meta sends it, acknowledged or not
	acks    int       // answered with 200
}

// pack puts updates into entries and changes of one body.
func pack(rng *rand.Rand, updates []update) *post {
	var entries []any
	for i := 0; i < len(updates); {
		n := 1 + rng.IntN(len(updates)-i)
		var changes []any
		for _, u := range updates[i : i+n] {
			value := map[string]any{
				"messaging_product": "whatsapp",
				"metadata":          map[string]any{"display_phone_number": numbers[u.number].phone[1:], "phone_number_id": numbers[u.number].id},
			}
			if u.status != "" {
				value["statuses"] = []any{u.value}
			} else {
				value["contacts"] = []any{map[string]any{"profile": map[string]any{"name": "Zákazník " + u.customer[len(u.customer)-3:]}, "wa_id": u.customer}}
				value["messages"] = []any{u.value}
			}
			changes = append(changes, map[string]any{"field": "messages", "value": value})
		}
		entries = append(entries, map[string]any{"id": accountID, "changes": changes})
		i += n
	}
	body, err := json.Marshal(map[string]any{"object": "whatsapp_business_account", "entry": entries})
	if err != nil {
		panic(err) // maps of strings and numbers
	}
	return &post{body: body, digest: sha256.Sum256(body), updates: updates, copies: 1 + rng.IntN(5)}
}

func sign(body []byte) string {
	h := hmac.New(sha256.New, []byte(appSecret))
	h.Write(body)
	return "sha256=" + hex.EncodeToString(h.Sum(nil))
}
