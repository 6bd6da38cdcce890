package metasim

import (
	"encoding/json"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

func body(kind string, content any) map[string]any {
	return map[string]any{"type": kind, kind: content}
}

func interactive(kind string, action map[string]any, more map[string]any) map[string]any {
	content := map[string]any{"type": kind, "body": map[string]any{"text": "Choose"}, "action": action}
	for k, v := range more {
		content[k] = v
	}
	return body("interactive", content)
}

func buttons(titles ...string) map[string]any {
	var list []any
	for _, title := range titles {
		list = append(list, map[string]any{"type": "reply", "reply": map[string]any{"id": "id-" + title, "title": title}})
	}
	return map[string]any{"buttons": list}
}

func rows(n int) []any {
	var list []any
	for i := range n {
		list = append(list, map[string]any{"id": strings.Repeat("r", i+1), "title": "Row"})
	}
	return list
}

func templateBody(name, language string, components ...any) map[string]any {
	t := map[string]any{"name": name, "language": map[string]any{"code": language}}
	if components != nil {
		t["components"] = components
	}
	return body("template", t)
}

func component(kind string, texts ...string) map[string]any {
	parameters := []any{}
	for _, text := range texts {
		parameters = append(parameters, map[string]any{"type": "text", "text": text})
	}
	return map[string]any{"type": kind, "parameters": parameters}
}

func urlButton(index any, text string) map[string]any {
	b := component("button", text)
	b["sub_type"], b["index"] = "url", index
	return b
}

func with(m map[string]any, key string, v any) map[string]any {
	m[key] = v
	return m
}

func TestSendIsChecked(t *testing.T) {
	long := strings.Repeat("ž", 5000)
	tests := []struct {
		name    string
		send    any
		status  int
		code    float64 // 0: accepted
		details string  // a part of them, or of the message when there are none
	}{
		{"text", text("hello"), 200, 0, ""},
		{"text of 4096 characters", text(long[:4096*2]), 200, 0, ""},
		{"text too long", text(long), 400, 100, "text['body'] must be at most 4096"},
		{"empty text", text(""), 400, 100, "text['body']"},
		{"text without body", body("text", map[string]any{}), 400, 100, "text['body']"},
		{"text body a number", body("text", map[string]any{"body": 1}), 400, 100, "text['body']"},
		{"text not an object", body("text", "hello"), 400, 131009, "text must be an object"},
		{"no type defaults to text", map[string]any{"text": map[string]any{"body": "x"}}, 200, 0, ""},
		{"no content", map[string]any{"type": "text"}, 400, 100, "text"},
		{"unknown type", map[string]any{"type": "hologram", "hologram": map[string]any{}}, 400, 100, "type must be one of"},
		{"no messaging_product", map[string]any{"messaging_product": nil, "type": "text"}, 400, 100, "messaging_product"},
		{"other messaging_product", map[string]any{"messaging_product": "signal", "type": "text"}, 400, 100, "must be one of {WHATSAPP}"},
		{"no recipient", with(text("x"), "to", nil), 400, 100, "The parameter to is required."},
		{"recipient not a number", with(text("x"), "to", "jana"), 400, 131009, "to"},
		{"to itself", with(text("x"), "to", business), 400, 131021, "same"},
		{"number with separators", with(text("x"), "to", "+421 905-123 456"), 200, 0, ""},
		{"group", with(text("x"), "recipient_type", "group"), 400, 131009, "individual"},
		{"bad BSUID", with(with(text("x"), "to", nil), "recipient", "jana"), 400, 131009, "recipient"},
		{"opaque too long", with(text("x"), "biz_opaque_callback_data", strings.Repeat("x", 513)), 400, 100, "512"},
		{"not JSON", "{", 400, 100, "JSON"},
		{"JSON but no object", "[]", 400, 100, "JSON"},

		{"image by link", body("image", map[string]any{"link": "https://example.com/a.jpg", "caption": "x"}), 200, 0, ""},
		{"image by bad link", body("image", map[string]any{"link": "ftp://example.com/a.jpg"}), 400, 131009, "http"},
		{"image without id and link", body("image", map[string]any{}), 400, 131008, "image['id']"},
		{"image of unknown id", body("image", map[string]any{"id": "1"}), 400, 131009, "media object"},
		{"image caption too long", body("image", map[string]any{"link": "https://example.com/a.jpg", "caption": long}), 400, 100, "image['caption'] must be at most 1024"},
		{"audio with caption", body("audio", map[string]any{"link": "https://example.com/a.ogg", "caption": "x"}), 400, 100, "caption"},

		{"location", body("location", map[string]any{"latitude": 48.1, "longitude": "17.1"}), 200, 0, ""},
		{"location without longitude", body("location", map[string]any{"latitude": 48.1}), 400, 131008, "longitude"},
		{"location out of range", body("location", map[string]any{"latitude": 91, "longitude": 0}), 400, 131009, "latitude"},
		{"contacts", map[string]any{"type": "contacts", "contacts": []any{map[string]any{"name": map[string]any{"formatted_name": "A B", "first_name": "A"}}}}, 200, 0, ""},
		{"contact with formatted name only", map[string]any{"type": "contacts", "contacts": []any{map[string]any{"name": map[string]any{"formatted_name": "A B"}}}}, 400, 131009, "name part"},
		{"contacts as JSON in a string", body("contacts", `[{"name":{"formatted_name":"A B","first_name":"A"}}]`), 200, 0, ""},
		{"text as JSON in a string", body("text", `{"body":"Ahoj"}`), 200, 0, ""},
		{"broken JSON in a string", body("text", `{"body":"Ahoj"`), 400, 131009, "text must be an object"},
		{"no contacts", map[string]any{"type": "contacts", "contacts": []any{}}, 400, 131009, "contacts"},
		{"reaction to nothing", body("reaction", map[string]any{"message_id": "wamid.x", "emoji": "👍"}), 400, 131009, "message_id"},

		{"buttons", interactive("button", buttons("Yes", "No", "Later"), nil), 200, 0, ""},
		{"four buttons", interactive("button", buttons("1", "2", "3", "4"), nil), 400, 131009, "between 1 and 3"},
		{"button title too long", interactive("button", buttons("🔎 Ver otros profesionales"), nil), 400, 131009, "Button title length invalid. Min length: 1, Max length: 20"},
		{"same button twice", interactive("button", buttons("Yes", "Yes"), nil), 400, 131009, "Duplicate"},
		{"interactive body too long", interactive("button", buttons("Yes"), map[string]any{"body": map[string]any{"text": long[:2*1025]}}), 400, 131009, "['body']['text'] length invalid"},
		{"interactive footer too long", interactive("button", buttons("Yes"), map[string]any{"footer": map[string]any{"text": long[:2*61]}}), 400, 131009, "footer"},
		{"interactive header too long", interactive("button", buttons("Yes"), map[string]any{"header": map[string]any{"type": "text", "text": long[:2*61]}}), 400, 131009, "header"},
		{"interactive without type", body("interactive", map[string]any{}), 400, 131008, "interactive['type']"},
		{"list", interactive("list", map[string]any{"button": "Open", "sections": []any{map[string]any{"rows": rows(10)}}}, nil), 200, 0, ""},
		{"list with eleven rows", interactive("list", map[string]any{"button": "Open", "sections": []any{
			map[string]any{"title": "A", "rows": rows(6)}, map[string]any{"title": "B", "rows": rows(5)}}}, nil), 400, 131009, "Total row count"},
		{"list sections without title", interactive("list", map[string]any{"button": "Open", "sections": []any{
			map[string]any{"rows": rows(1)}, map[string]any{"title": "B", "rows": rows(1)}}}, nil), 400, 131008, "title"},
		{"list image header", interactive("list", map[string]any{"button": "Open", "sections": []any{map[string]any{"rows": rows(1)}}},
			map[string]any{"header": map[string]any{"type": "image", "image": map[string]any{"link": "https://example.com/a.jpg"}}}), 400, 131009, "header"},
		{"link button", interactive("cta_url", map[string]any{"name": "cta_url", "parameters": map[string]any{"display_text": "Open", "url": "https://example.com/"}}, nil), 200, 0, ""},
		{"link button to nowhere", interactive("cta_url", map[string]any{"name": "cta_url", "parameters": map[string]any{"display_text": "Open", "url": "example"}}, nil), 400, 131009, "url"},
		{"location request", interactive("location_request_message", map[string]any{"name": "send_location"}, nil), 200, 0, ""},

		{"template", templateBody("hello_world", "en_US"), 200, 0, ""},
		{"template of another language", templateBody("hello_world", "sk"), 404, 132001, "template name (hello_world) does not exist in sk"},
		{"template with too few parameters", templateBody("order_confirmation", "sk", component("body", "Jana"), urlButton("0", "A-1")), 400, 132000, "body: number of localizable_params (1) does not match the expected number of params (3)"},
		{"template with all parameters", templateBody("order_confirmation", "sk", component("body", "Jana", "A-1", "5 €"), urlButton("0", "A-1")), 200, 0, ""},
		{"template button index as a number", templateBody("order_confirmation", "sk", component("body", "Jana", "A-1", "5 €"), urlButton(0, "A-1")), 200, 0, ""},
		{"template without its button's parameter", templateBody("order_confirmation", "sk", component("body", "Jana", "A-1", "5 €")), 400, 131008, "buttons: Button at index 0 of type Url requires a parameter"},
		{"template with a button it has not", templateBody("hello_world", "en_US", urlButton("0", "x")), 400, 132012, "no button"},
		{"template with an empty parameter", templateBody("win_back", "en", component("body", "")), 400, 100, "mandatory"},
		{"template parameter with a new line", templateBody("win_back", "en", component("body", "a\nb")), 400, 132018, "new-line"},
		{"template parameter much too long", templateBody("win_back", "en", component("body", long[:2*1200])), 400, 132005, "too long"},
		{"template without its picture", templateBody("spring_offer", "en", component("body", "Eva", "May")), 400, 132012, "header: Format mismatch, expected IMAGE, received UNKNOWN"},
		{"paused template", templateBody("feedback_request", "en", component("body", "x")), 400, 132015, "paused"},
		{"pending template", templateBody("summer_preview", "en", component("body", "x")), 404, 132001, "not approved"},
		{"code", templateBody("login_code", "sk", component("body", "123456"), urlButton("0", "123456")), 200, 0, ""},
		{"code too long", templateBody("login_code", "sk", component("body", "1234567890123456"), urlButton("0", "1")), 400, 132005, "15"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			inWorld(t, anyDay, nil, func(w *world) {
				w.writes("Ahoj")
				send := tt.send
				if m, ok := send.(map[string]any); ok {
					send = message(m)
				}
				res := w.graph("POST", "/v24.0/"+phoneID+"/messages", send)
				if res.code != tt.status {
					t.Fatalf("got %d %s, want %d", res.code, res.raw, tt.status)
				}
				if tt.code == 0 {
					if id := dig[string](t, res.body, "messages", 0, "id"); !strings.HasPrefix(id, "wamid.") {
						t.Errorf("id: got %q", id)
					}
					if wa := dig[string](t, res.body, "contacts", 0, "wa_id"); wa != janaWA {
						t.Errorf("wa_id: got %q", wa)
					}
					return
				}
				e := dig[map[string]any](t, res.body, "error")
				if e["code"] != tt.code || e["type"] != "OAuthException" || e["fbtrace_id"] == "" {
					t.Errorf("error: got %v", e)
				}
				said := e["message"].(string)
				if data, ok := e["error_data"].(map[string]any); ok {
					said += " " + data["details"].(string)
					if data["messaging_product"] != "whatsapp" {
						t.Errorf("error_data: got %v", data)
					}
				}
				if !strings.Contains(said, tt.details) {
					t.Errorf("said %q, want something with %q", said, tt.details)
				}
				if n := len(w.sim.AcceptedCounts()); n != 0 {
					t.Errorf("a refused message was accepted %d times", n)
				}
			})
		})
	}
}

// TestPublicSamplesAreAccepted sends the samples of testdata. Those that name
// templates the simulator does not have must be refused for just that.
func TestPublicSamplesAreAccepted(t *testing.T) {
	files, err := filepath.Glob("testdata/whatsapp-send/req_*.json")
	if err != nil || len(files) == 0 {
		t.Fatalf("no samples: %v", err)
	}
	for _, file := range files {
		t.Run(filepath.Base(file), func(t *testing.T) {
			inWorld(t, anyDay, nil, func(w *world) {
				raw, err := os.ReadFile(file)
				if err != nil {
					t.Fatal(err)
				}
				first := w.writes("Ahoj")
				media := map[string]string{}
				for kind, mime := range map[string]string{"AUDIO": "audio/ogg", "IMAGE": "image/jpeg", "VIDEO": "video/mp4", "DOCUMENT": "application/pdf", "STICKER": "image/webp"} {
					media[kind] = w.uploads(mime, []byte("x"))
				}
				var in map[string]any
				if err := json.Unmarshal(raw, &in); err != nil {
					t.Fatal(err)
				}
				in["to"] = janaWA
				for kind, id := range media {
					if o, ok := in[strings.ToLower(kind)].(map[string]any); ok {
						o["id"] = id
					}
				}
				if content, ok := in["interactive"].(map[string]any); ok && strings.Contains(file, "product_list") {
					content["header"].(map[string]any)["type"] = "text" // a placeholder in the sample
				}
				if r, ok := in["reaction"].(map[string]any); ok {
					r["message_id"] = first.ID
				}
				if in["status"] == "read" {
					delete(in, "to")
					in["message_id"] = first.ID
				}
				res := w.graph("POST", "/v23.0/"+phoneID+"/messages", in)
				switch {
				case res.code == 200:
				case in["type"] == "template" && dig[float64](t, res.body, "error", "code") == 132001:
				default:
					t.Errorf("got %d %s", res.code, res.raw)
				}
			})
		})
	}
}

func TestTokensAndUnknownNumbers(t *testing.T) {
	inWorld(t, anyDay, nil, func(w *world) {
		w.addNumber(Number{PhoneNumberID: "other", PhoneNumber: "+421900000002", AccessToken: "token-2", WABAID: "other-account"})
		send := message(text("x"))
		tests := []struct {
			name, path, token string
			status            int
			code              float64
		}{
			{"no token", phoneID, "", 401, 190},
			{"unknown token", phoneID, "nonsense", 401, 190},
			{"unknown number", "999", token, 400, 100},
			{"another one's number", "other", token, 400, 100},
			{"own number", phoneID, token, 200, 0},
			{"unknown number and token", "999", "nonsense", 401, 190},
		}
		for _, tt := range tests {
			header := map[string]string{}
			if tt.token != "" {
				header["Authorization"] = "Bearer " + tt.token
			}
			res := w.do("POST", "/"+tt.path+"/messages", header, send)
			if res.code != tt.status {
				t.Errorf("%s: got %d %s", tt.name, res.code, res.raw)
			} else if tt.code != 0 && dig[float64](t, res.body, "error", "code") != tt.code {
				t.Errorf("%s: got %s", tt.name, res.raw)
			}
		}
		if res := w.control("DELETE", "/numbers/"+phoneID, nil); res.code != 200 {
			t.Fatal(res.code)
		}
		if res := w.graph("POST", "/"+phoneID+"/messages", send); dig[float64](t, res.body, "error", "code") != 33 {
			t.Errorf("deleted number: got %s", res.raw)
		}
	})
}

func TestReadReceiptAndTyping(t *testing.T) {
	inWorld(t, anyDay, nil, func(w *world) {
		in := w.writes("Ahoj")
		receipt := map[string]any{"messaging_product": "whatsapp", "status": "read", "message_id": in.ID, "typing_indicator": map[string]any{"type": "text"}}
		if res := w.graph("POST", "/v24.0/"+phoneID+"/messages", receipt); res.code != 200 || res.body["success"] != true {
			t.Fatalf("got %d %s", res.code, res.raw)
		}
		got, err := w.sim.Messages(jana, "", 0)
		if err != nil || got[0].Status != "read" {
			t.Errorf("the customer's message: got %+v, %v", got, err)
		}
		receipt["message_id"] = "wamid.unknown"
		if res := w.graph("POST", "/v24.0/"+phoneID+"/messages", receipt); dig[float64](t, res.body, "error", "code") != 131009 {
			t.Errorf("unknown message: got %s", res.raw)
		}
	})
}

func TestCustomersWithoutVisiblePhone(t *testing.T) {
	const bsuid = "SK.13491208655302741918"
	inWorld(t, anyDay, nil, func(w *world) {
		yes, user := true, "ivka"
		w.customerSends(jana, CustomerMessage{Type: "text", Text: "Ahoj", Customer: Customer{BSUID: bsuid, HidePhone: &yes, Username: &user}})
		w.settle()
		in := w.inbound()[0]
		if in["from"] != nil || in["from_user_id"] != bsuid {
			t.Errorf("message: got %v", in)
		}
		contact := dig[map[string]any](t, w.values("messages")[0], "contacts", 0)
		if contact["wa_id"] != nil || contact["user_id"] != bsuid || dig[string](t, contact, "profile", "username") != user {
			t.Errorf("contact: got %v", contact)
		}
		res := w.graph("POST", "/v24.0/"+phoneID+"/messages", message(with(with(text("hi"), "to", nil), "recipient", bsuid)))
		got := dig[map[string]any](t, res.body, "contacts", 0)
		if got["wa_id"] != nil || got["user_id"] != bsuid || got["input"] != bsuid {
			t.Errorf("answer: got %v", got)
		}
		w.settle()
		for _, s := range w.statuses(dig[string](t, res.body, "messages", 0, "id")) {
			if s["recipient_id"] != nil || s["recipient_user_id"] != bsuid {
				t.Errorf("status: got %v", s)
			}
		}
		code := with(with(templateBody("login_code", "en", component("body", "1"), urlButton("0", "1")), "to", nil), "recipient", bsuid)
		if res := w.graph("POST", "/"+phoneID+"/messages", message(code)); dig[float64](t, res.body, "error", "code") != 131062 {
			t.Errorf("code to a BSUID: got %s", res.raw)
		}
		if res := w.control("POST", "/customers/"+bsuid+"/messages", map[string]any{"type": "text", "text": "still me"}); res.code != 201 {
			t.Errorf("addressed by BSUID: got %d %s", res.code, res.raw)
		}
		if got := w.sim.Customers(); len(got) != 1 {
			t.Errorf("got %d customers, want 1", len(got))
		}
	})
}
