package whatsapp

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"parley/desk"
)

// recorder is a server that keeps the last request and gives a fixed answer.
type recorder struct {
	*httptest.Server
	method, path string
	header       http.Header
	body         []byte
	answer       string
}

func newRecorder(t *testing.T, answer string) *recorder {
	r := &recorder{answer: answer}
	r.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, req *http.Request) {
		r.method, r.path, r.header = req.Method, req.URL.RequestURI(), req.Header.Clone()
		r.body, _ = io.ReadAll(req.Body)
		_, _ = io.WriteString(w, r.answer)
	}))
	t.Cleanup(r.Close)
	return r
}

const accepted = `{"messaging_product":"whatsapp","contacts":[{"input":"x","wa_id":"16505551234","user_id":"US.1"}],"messages":[{"id":"wamid.9"}]}`

// TestSendMatchesExamples writes the messages of Meta's own examples, whose
// source is in testdata/send/index.tsv, and compares the JSON.
func TestSendMatchesExamples(t *testing.T) {
	const audio, document, sticker = "<AUDIO_OBJECT_ID>", "<DOCUMENT_OBJECT_ID>", "<MEDIA_OBJECT_ID>"
	file := func(kind desk.MessageType, id, name, caption string) desk.Outgoing {
		return desk.Outgoing{Type: kind, Text: caption, Media: &desk.OutgoingMedia{ProviderID: id, Name: name}}
	}
	hq := desk.Outgoing{Type: desk.TypeLocation, Content: desk.Content{Location: &desk.Location{
		Latitude: 37.758056, Longitude: -122.425332, Name: "META HQ", Address: "1 Hacker Way, Menlo Park, CA 94025"}}}
	row := func(n, m string) desk.Option {
		at := "SECTION_" + n + "_ROW_" + m
		return desk.Option{ID: "<LIST_" + at + "_ID>", Title: "<" + at + "_TITLE>", Description: "<" + at + "_DESC>"}
	}
	interactive := func(i desk.Interactive) desk.Outgoing {
		return desk.Outgoing{Type: desk.TypeInteractive, Content: desk.Content{Interactive: &i}}
	}
	reply := func(m desk.Outgoing, to string) desk.Outgoing { m.ReplyTo = to; return m }
	const prev, replied = "<MSGID_OF_PREV_MSG>", "<MSGID_OF_MSG_YOU_ARE_REPLYING_TO>"
	text := func(s string) desk.Outgoing { return desk.Outgoing{Type: desk.TypeText, Text: s} }

	for name, m := range map[string]desk.Outgoing{
		"req_send_text":           text("text-message-content"),
		"req_send_text_reply":     reply(text("<TEXT_MSG_CONTENT>"), prev),
		"req_send_audio":          file(desk.TypeAudio, audio, "", ""),
		"req_send_audio_reply":    reply(file(desk.TypeAudio, audio, "", ""), replied),
		"req_send_document":       file(desk.TypeDocument, document, "<DOCUMENT_FILENAME>", "<DOCUMENT_CAPTION_TO_SEND>"),
		"req_send_document_reply": reply(file(desk.TypeDocument, document, "<DOCUMENT_FILENAME>", "<DOCUMENT_CAPTION_TO_SEND>"), replied),
		"req_send_image":          file(desk.TypeImage, "<IMAGE_OBJECT_ID>", "photo.jpg", ""),
		"req_send_image_reply":    reply(file(desk.TypeImage, "<IMAGE_OBJECT_ID>", "photo.jpg", ""), prev),
		"req_send_video":          file(desk.TypeVideo, "<VIDEO_OBJECT_ID>", "film.mp4", "<VIDEO_CAPTION_TEXT>"),
		"req_send_video_reply":    reply(file(desk.TypeVideo, "<VIDEO_OBJECT_ID>", "film.mp4", "<VIDEO_CAPTION_TEXT>"), replied),
		"req_send_sticker":        file(desk.TypeSticker, sticker, "", ""),
		"req_send_sticker_reply":  reply(file(desk.TypeSticker, sticker, "", ""), replied),
		"req_send_location":       hq,
		"req_send_location_reply": reply(hq, prev),
		"req_send_reaction": {Type: desk.TypeReaction, Target: "wamid.HBgLM...", ReplyTo: "not in a reaction",
			Content: desk.Content{Reaction: &desk.React{Emoji: "😀"}}},
		"req_send_interactive_button": interactive(desk.Interactive{Kind: "button", Body: "<BUTTON_TEXT>", Buttons: []desk.Option{
			{ID: "<UNIQUE_BUTTON_ID_1>", Title: "<BUTTON_TITLE_1>"}, {ID: "<UNIQUE_BUTTON_ID_2>", Title: "<BUTTON_TITLE_2>"}}}),
		"req_send_interactive_list": interactive(desk.Interactive{Kind: "list", Header: "<HEADER_TEXT>", Body: "<BODY_TEXT>", Footer: "<FOOTER_TEXT>",
			Button: "<BUTTON_TEXT>", Sections: []desk.Section{
				{Title: "<LIST_SECTION_1_TITLE>", Rows: []desk.Option{row("1", "1"), row("1", "2")}},
				{Title: "<LIST_SECTION_2_TITLE>", Rows: []desk.Option{row("2", "1"), row("2", "2")}}}}),
	} {
		t.Run(name, func(t *testing.T) {
			r := newRecorder(t, accepted)
			m.Ref, m.To = "v1.ref.1", desk.Sender{Phone: "+16505551234", UserID: "US.1"}
			receipt, err := testDriver(r.Client()).Send(t.Context(), testConnection(Cloud, r.URL+"/v24.0/"), testChannel, m)
			if err != nil {
				t.Fatal(err)
			}
			want := example(t, name)
			want["to"], want["biz_opaque_callback_data"] = "+16505551234", "v1.ref.1"
			if diff := cmp.Diff(want, object(t, r.body)); diff != "" {
				t.Errorf("body (-want +got):\n%s", diff)
			}
			if r.method != "POST" || r.path != "/v24.0/106540352242922/messages" || r.header.Get("Authorization") != "Bearer EAAGm0PX4ZCpsBAtoken" {
				t.Errorf("%s %s with %v", r.method, r.path, r.header)
			}
			if receipt.ExternalID != "wamid.9" || receipt.To != (desk.Sender{Phone: "+16505551234", UserID: "US.1"}) ||
				receipt.Request != string(r.body) || receipt.Response != accepted {
				t.Errorf("receipt = %+v", receipt)
			}
		})
	}
}

// TestSendShapes covers what Meta's examples do not.
func TestSendShapes(t *testing.T) {
	for name, tt := range map[string]struct {
		message desk.Outgoing
		want    string
	}{
		"to a user id": {desk.Outgoing{Type: desk.TypeText, Text: "Hi <b>", To: desk.Sender{UserID: "US.1"}, Content: desk.Content{PreviewURL: true}},
			`{"messaging_product":"whatsapp","recipient_type":"individual","recipient":"US.1","type":"text","text":{"body":"Hi <b>","preview_url":true}}`},
		"voice note": {desk.Outgoing{Type: desk.TypeAudio, To: jane, Media: &desk.OutgoingMedia{ProviderID: "7"}, Content: desk.Content{Voice: true}},
			`{"messaging_product":"whatsapp","recipient_type":"individual","to":"+16505551234","type":"audio","audio":{"id":"7","voice":true}}`},
		"link": {desk.Outgoing{Type: desk.TypeInteractive, To: jane, Content: desk.Content{Interactive: &desk.Interactive{Kind: "link", Body: "See", Button: "Open", URL: "https://parley.test/?a=1&b=2"}}},
			`{"messaging_product":"whatsapp","recipient_type":"individual","to":"+16505551234","type":"interactive","interactive":{"type":"cta_url","body":{"text":"See"},"action":{"name":"cta_url","parameters":{"display_text":"Open","url":"https://parley.test/?a=1&b=2"}}}}`},
		"reaction removed": {desk.Outgoing{Type: desk.TypeReaction, To: jane, Target: "wamid.0", Content: desk.Content{Reaction: &desk.React{}}},
			`{"messaging_product":"whatsapp","recipient_type":"individual","to":"+16505551234","type":"reaction","reaction":{"message_id":"wamid.0","emoji":""}}`},
		"contact": {desk.Outgoing{Type: desk.TypeContacts, To: jane, Content: desk.Content{Cards: []desk.Card{{Name: "Lucía Gómez", Company: "Parley",
			Phones: []desk.CardPhone{{Phone: "+1 983", Type: "WORK", WaID: "1983"}}, Emails: []desk.CardLine{{Value: "l@parley.test"}}, URLs: []desk.CardLine{{Value: "https://parley.test", Type: "WORK"}},
			Addresses: []desk.CardAddress{{City: "Nitra"}}, Birthday: "2012-08-18"}}}},
			`{"messaging_product":"whatsapp","recipient_type":"individual","to":"+16505551234","type":"contacts","contacts":[{"name":{"formatted_name":"Lucía Gómez","first_name":"Lucía Gómez"},"phones":[{"phone":"+1 983","type":"WORK","wa_id":"1983"}],"emails":[{"email":"l@parley.test"}],"urls":[{"url":"https://parley.test","type":"WORK"}],"addresses":[{"city":"Nitra"}],"org":{"company":"Parley"},"birthday":"2012-08-18"}]}`},
	} {
		t.Run(name, func(t *testing.T) {
			r := newRecorder(t, accepted)
			if _, err := testDriver(r.Client()).Send(t.Context(), testConnection(Cloud, r.URL), testChannel, tt.message); err != nil {
				t.Fatal(err)
			}
			if got := string(r.body); got != tt.want {
				t.Errorf("body\ngot  %s\nwant %s", got, tt.want)
			}
		})
	}
}

// TestCardRoundTrip: a card that came in can be sent on without loss of what
// desk keeps of it.
func TestCardRoundTrip(t *testing.T) {
	var given struct{ Contacts []card }
	if err := json.Unmarshal(exampleBytes(t, "req_send_contacts"), &given); err != nil {
		t.Fatal(err)
	}
	first := given.Contacts[0].desk()
	if first.Name != "John Smith" || len(first.Phones) != 2 || len(first.Addresses) != 2 || first.Company != "WhatsApp" || first.Emails[1].Value != "test@whatsapp.com" {
		t.Errorf("card = %+v", first)
	}
	if diff := cmp.Diff(first, cardOf(first).desk()); diff != "" {
		t.Errorf("the card changed on its way (-first +second):\n%s", diff)
	}
}

func TestSendRefusesWithoutCalling(t *testing.T) {
	r := newRecorder(t, accepted)
	change := func(f func(*desk.Connection, *desk.Channel, *desk.Outgoing)) error {
		c, ch, m := testConnection(Cloud, r.URL), testChannel, outgoingText("x")
		f(&c, &ch, &m)
		_, err := testDriver(r.Client()).Send(t.Context(), c, ch, m)
		return err
	}
	for name, f := range map[string]func(*desk.Connection, *desk.Channel, *desk.Outgoing){
		"provider":             func(c *desk.Connection, _ *desk.Channel, _ *desk.Outgoing) { c.Provider = "other" },
		"access_token":         func(c *desk.Connection, _ *desk.Channel, _ *desk.Outgoing) { c.Secrets.AccessToken = " " },
		"api_base_url file":    func(c *desk.Connection, _ *desk.Channel, _ *desk.Outgoing) { c.APIBaseURL = "file:///etc/passwd" },
		"api_base_url user":    func(c *desk.Connection, _ *desk.Channel, _ *desk.Outgoing) { c.APIBaseURL = "https://a:b@c.test" },
		"api_base_url query":   func(c *desk.Connection, _ *desk.Channel, _ *desk.Outgoing) { c.APIBaseURL = "https://c.test/?x=1" },
		"api_base_url garbage": func(c *desk.Connection, _ *desk.Channel, _ *desk.Outgoing) { c.APIBaseURL = "::" },
		"phone_number_id none": func(_ *desk.Connection, ch *desk.Channel, _ *desk.Outgoing) { ch.ExternalID = "" },
		"phone_number_id path": func(_ *desk.Connection, ch *desk.Channel, _ *desk.Outgoing) { ch.ExternalID = "1/../2" },
		"invalid_message to":   func(_ *desk.Connection, _ *desk.Channel, m *desk.Outgoing) { m.To = desk.Sender{} },
		"invalid_message file": func(_ *desk.Connection, _ *desk.Channel, m *desk.Outgoing) { m.Type = desk.TypeImage },
		"invalid_message type": func(_ *desk.Connection, _ *desk.Channel, m *desk.Outgoing) { m.Type = desk.TypeNote },
		"invalid_message ref":  func(_ *desk.Connection, _ *desk.Channel, m *desk.Outgoing) { m.Ref = long(513) },
	} {
		code, _, _ := strings.Cut(name, " ")
		failure, ok := change(f).(*desk.SendError)
		if !ok || failure.Code != code || failure.Kind != desk.Reconnect && failure.Kind != desk.Permanent {
			t.Errorf("%s: %+v", name, failure)
		}
	}
	if r.path != "" {
		t.Errorf("a request was made: %s", r.path)
	}
}

func TestMarkRead(t *testing.T) {
	const id = "wamid.HBgLMTY1MDM4Nzk0MzkVAgASGBQzQUYzMjEzNDM2RTZGQ0MzMDJBRgA="
	r := newRecorder(t, `{"success":true}`)
	d := testDriver(r.Client())
	if err := d.MarkRead(t.Context(), testConnection(Cloud, r.URL), testChannel, id, true); err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(example(t, "req_mark_read_typing"), object(t, r.body)); diff != "" {
		t.Errorf("body (-want +got):\n%s", diff)
	}
	if err := d.MarkRead(t.Context(), testConnection(Dialog360, r.URL), testChannel, id, false); err != nil {
		t.Fatal(err)
	}
	if r.path != "/messages" || strings.Contains(string(r.body), "typing") || r.header.Get("D360-API-KEY") == "" || r.header.Get("Authorization") != "" {
		t.Errorf("360dialog: %s %s with %v", r.path, r.body, r.header)
	}
	r.Close()
	err := d.MarkRead(t.Context(), testConnection(Cloud, r.URL), testChannel, id, true)
	if failure, ok := err.(*desk.SendError); !ok || failure.Kind != desk.Temporary {
		t.Errorf("without a server: %v", err)
	}
}

func example(t *testing.T, name string) map[string]any {
	t.Helper()
	return object(t, exampleBytes(t, name))
}

func exampleBytes(t *testing.T, name string) []byte {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join("testdata/send", name+".json"))
	if err != nil {
		t.Fatal(err)
	}
	return raw
}

func object(t *testing.T, raw []byte) map[string]any {
	t.Helper()
	var m map[string]any
	if err := json.Unmarshal(raw, &m); err != nil {
		t.Fatalf("%v in %s", err, raw)
	}
	return m
}
