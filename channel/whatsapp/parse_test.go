package whatsapp

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"parley/desk"
)

const headJSON = `"id":"wamid.1","from":"16505551234","timestamp":"1749416383",`

var jane = desk.Sender{Phone: "+16505551234"}

func TestParseMessage(t *testing.T) {
	unsupported := func(kind string) desk.InboundMessage {
		return desk.InboundMessage{Type: desk.TypeUnsupported, Opens: true, Content: desk.Content{Unsupported: &desk.Unsupported{Type: kind}}}
	}
	choice := func(kind string, c desk.Choice) desk.InboundMessage {
		c.Kind = kind
		return desk.InboundMessage{Type: desk.TypeInteractive, Text: c.Title, Opens: true, Content: desk.Content{Choice: &c}}
	}
	media := func(kind desk.MessageType, ref desk.MediaRef) desk.InboundMessage {
		return desk.InboundMessage{Type: kind, Opens: true, Media: &ref}
	}
	withText := func(m desk.InboundMessage, s string) desk.InboundMessage { m.Text = s; return m }

	for name, tt := range map[string]struct {
		json string
		want desk.InboundMessage
	}{
		"text":       {`"type":"text","text":{"body":"Hi"}`, desk.InboundMessage{Type: desk.TypeText, Text: "Hi", Opens: true}},
		"empty text": {`"type":"text","text":{"body":""}`, desk.InboundMessage{Type: desk.TypeText, Opens: true}},
		"image": {`"type":"image","image":{"id":7,"url":"https://lookaside.fbsbx.com/x","mime_type":"image/jpeg","sha256":"q","caption":"Look"}`,
			withText(media(desk.TypeImage, desk.MediaRef{ProviderID: "7", URL: "https://lookaside.fbsbx.com/x", MIME: "image/jpeg", SHA256: "q"}), "Look")},
		"voice note": {`"type":"audio","audio":{"id":"7","mime_type":"audio/ogg; codecs=opus","voice":true}`,
			desk.InboundMessage{Type: desk.TypeAudio, Opens: true, Media: &desk.MediaRef{ProviderID: "7", MIME: "audio/ogg; codecs=opus"}, Content: desk.Content{Voice: true}}},
		"animated sticker": {`"type":"sticker","sticker":{"id":"7","mime_type":"image/webp","animated":true}`,
			desk.InboundMessage{Type: desk.TypeSticker, Opens: true, Media: &desk.MediaRef{ProviderID: "7", MIME: "image/webp"}, Content: desk.Content{Animated: true}}},
		"document": {`"type":"document","document":{"id":"7","filename":"račun.pdf"}`,
			media(desk.TypeDocument, desk.MediaRef{ProviderID: "7", Name: "račun.pdf"})},
		"media without id or url": {`"type":"video","video":{"mime_type":"video/mp4"}`, unsupported("video")},
		"media that failed": {`"type":"video","errors":[{"code":131052,"title":"Media download error","error_data":{"details":"Too large"}}]`,
			desk.InboundMessage{Type: desk.TypeUnsupported, Opens: true, Content: desk.Content{Unsupported: &desk.Unsupported{
				Type: "video", Code: 131052, Title: "Media download error", Detail: "Too large"}}}},
		"location": {`"type":"location","location":{"latitude":"48.1","longitude":17.1,"name":"Bratislava"}`,
			desk.InboundMessage{Type: desk.TypeLocation, Opens: true, Content: desk.Content{Location: &desk.Location{Latitude: 48.1, Longitude: 17.1, Name: "Bratislava"}}}},
		"location beyond numbers": {`"type":"location","location":{"latitude":1e999,"longitude":"NaN"}`, unsupported("location")},
		"contact with vcard only": {`"type":"contacts","contacts":[{"name":{"first_name":"Ana","last_name":"Lima"},"vcard":"BEGIN:VCARD\r\nitem1.TEL;type=CELL;waid=5511999998888:+55 11 99999-8888\r\nEND:VCARD"}]`,
			desk.InboundMessage{Type: desk.TypeContacts, Opens: true, Content: desk.Content{Cards: []desk.Card{{
				Name: "Ana Lima", FirstName: "Ana", LastName: "Lima", Phones: []desk.CardPhone{{Phone: "+55 11 99999-8888", WaID: "5511999998888"}}}}}}},
		"contacts as an object": {`"type":"contacts","contacts":{}`, unsupported("contacts")},
		"button reply":          {`"type":"interactive","interactive":{"type":"button_reply","button_reply":{"id":"yes","title":"Yes"}}`, choice("button", desk.Choice{ID: "yes", Title: "Yes"})},
		"list reply": {`"type":"interactive","interactive":{"type":"list_reply","list_reply":{"id":"a","title":"A","description":"First"}}`,
			choice("list", desk.Choice{ID: "a", Title: "A", Description: "First"})},
		"form": {`"type":"interactive","interactive":{"type":"nfm_reply","nfm_reply":{"name":"flow","body":"Sent","response_json":"{\"a\":\"\\u0000b\"}"}}`,
			choice("flow", desk.Choice{Title: "Sent", Data: json.RawMessage(`{"a":"\ufffdb"}`)})},
		"form that is no object": {`"type":"interactive","interactive":{"type":"nfm_reply","nfm_reply":{"name":"flow","body":"Sent","response_json":"[1]"}}`,
			choice("flow", desk.Choice{Title: "Sent", Data: json.RawMessage(`[1]`)})},
		"form that is no JSON": {`"type":"interactive","interactive":{"type":"nfm_reply","nfm_reply":{"name":"flow","body":"Sent","response_json":"{oops"}}`,
			choice("flow", desk.Choice{Title: "Sent", Data: json.RawMessage(`"{oops"`)})},
		"address": {`"type":"interactive","interactive":{"type":"nfm_reply","nfm_reply":{"name":"address_message","body":"Street 1","response_json":"{}"}}`,
			choice("address", desk.Choice{Title: "Street 1", Data: json.RawMessage(`{}`)})},
		"call permission": {`"type":"interactive","interactive":{"type":"call_permission_reply","call_permission_reply":{"response":"accept"}}`,
			choice("call_permission", desk.Choice{Title: "accept", Data: json.RawMessage(`{"response":"accept"}`)})},
		"unknown choice": {`"type":"interactive","interactive":{"type":"dice_reply","dice_reply":{"id":"6"}}`, unsupported("interactive")},
		"template button": {`"type":"button","button":{"payload":"STOP","text":"Unsubscribe"}`,
			desk.InboundMessage{Type: desk.TypeButton, Text: "Unsubscribe", Opens: true, Content: desk.Content{Choice: &desk.Choice{Kind: "template_button", ID: "STOP", Title: "Unsubscribe"}}}},
		"order": {`"type":"order","order":{"catalog_id":19,"text":"Please","product_items":[{"product_retailer_id":"sku","quantity":"2","item_price":9.90,"currency":"EUR"}]}`,
			desk.InboundMessage{Type: desk.TypeOrder, Text: "Please", Opens: true, Content: desk.Content{Purchase: &desk.Purchase{
				CatalogID: "19", Items: []desk.PurchaseItem{{ProductID: "sku", Quantity: 2, Price: "9.90", Currency: "EUR"}}}}}},
		"welcome":        {`"type":"request_welcome"`, desk.InboundMessage{Type: desk.TypeWelcome, Opens: true}},
		"untyped":        {`"location":{"latitude":1,"longitude":2}`, desk.InboundMessage{Type: desk.TypeLocation, Opens: true, Content: desk.Content{Location: &desk.Location{Latitude: 1, Longitude: 2}}}},
		"unknown type":   {`"type":"hologram","hologram":{"depth":3}`, unsupported("hologram")},
		"no type at all": {`"hologram":{}`, unsupported("unknown")},
		"poll":           {`"type":"unsupported","unsupported":{"type":"poll"},"errors":[{"code":131051,"title":"Message type unknown"}]`, desk.InboundMessage{Type: desk.TypeUnsupported, Opens: true, Content: desk.Content{Unsupported: &desk.Unsupported{Type: "poll", Code: 131051, Title: "Message type unknown"}}}},
		"text as string": {`"type":"text","text":"Hi"`, unsupported("text")},
		"text as list":   {`"type":"text","text":{"body":["Hi"]}`, unsupported("text")},
		"unknown to WhatsApp's system": {`"type":"system","system":{"type":"group_renamed","body":"Renamed"}`,
			desk.InboundMessage{Type: desk.TypeSystem, Text: "Renamed"}},
		"reply, forwarded, about a product": {`"type":"text","text":{"body":"Hi"},"context":{"id":"wamid.0","forwarded":true,"frequently_forwarded":true,"referred_product":{"catalog_id":"1","product_retailer_id":"2"}}`,
			desk.InboundMessage{Type: desk.TypeText, Text: "Hi", Opens: true, ReplyTo: "wamid.0", Content: desk.Content{Forwarded: "often", Product: &desk.Product{CatalogID: "1", ProductID: "2"}}}},
		"from an ad": {`"type":"text","text":{"body":"Hi"},"referral":{"source_url":"https://fb.me/1","source_id":"2","source_type":"ad","video_url":"https://v","ctwa_clid":"c"}`,
			desk.InboundMessage{Type: desk.TypeText, Text: "Hi", Opens: true, Content: desk.Content{Referral: &desk.Referral{
				SourceURL: "https://fb.me/1", SourceID: "2", SourceType: "ad", MediaURL: "https://v", ClickID: "c"}}}},
	} {
		t.Run(name, func(t *testing.T) {
			updates := parse(t, messagesHook("{"+headJSON+tt.json+"}"))
			if len(updates) != 1 {
				t.Fatalf("got %d updates: %+v", len(updates), updates)
			}
			u := updates[0]
			if u.Channel != "106540352242922" || u.Account != "102290129340398" || u.Field != "messages" ||
				!u.At.Equal(time.Date(2025, 6, 8, 20, 59, 43, 0, time.UTC)) {
				t.Errorf("update = %+v", u)
			}
			tt.want.ExternalID, tt.want.From = "wamid.1", jane
			if diff := cmp.Diff(tt.want, u.News, cmpopts.IgnoreFields(desk.Unsupported{}, "Raw")); diff != "" {
				t.Errorf("news (-want +got):\n%s", diff)
			}
			if m := u.News.(desk.InboundMessage); m.Type == desk.TypeUnsupported && len(m.Content.Unsupported.Raw) == 0 {
				t.Error("the unsupported message lost its JSON")
			}
		})
	}
}

func TestParseOtherNews(t *testing.T) {
	for name, tt := range map[string]struct {
		json string
		want desk.News
	}{
		"reaction":         {`"type":"reaction","reaction":{"message_id":"wamid.0","emoji":"\ud83d\udc4d"}`, desk.ReactionNews{From: jane, ExternalID: "wamid.1", Target: "wamid.0", Emoji: "👍"}},
		"reaction removed": {`"type":"reaction","reaction":{"message_id":"wamid.0"}`, desk.ReactionNews{From: jane, ExternalID: "wamid.1", Target: "wamid.0"}},
		"revoke":           {`"type":"revoke","revoke":{"original_message_id":"wamid.0"}`, desk.RevokeNews{From: jane, ExternalID: "wamid.1", Target: "wamid.0"}},
		"edit": {`"type":"edit","edit":{"original_message_id":"wamid.0","message":{"type":"text","text":{"body":"Now"}}}`,
			desk.EditNews{From: jane, ExternalID: "wamid.1", Target: "wamid.0", Message: desk.InboundMessage{From: jane, Type: desk.TypeText, Text: "Now"}}},
		"changed number": {`"type":"system","system":{"type":"user_changed_number","wa_id":"12195555358","body":"Changed"}`,
			desk.AddressNews{ExternalID: "wamid.1", Kind: "number_changed", Old: jane, New: desk.Sender{Phone: "+12195555358"}, Text: "Changed"}},
		"changed number before v12": {`"type":"system","system":{"type":"customer_changed_number","new_wa_id":12195555358}`,
			desk.AddressNews{ExternalID: "wamid.1", Kind: "number_changed", Old: jane, New: desk.Sender{Phone: "+12195555358"}}},
		"changed user id": {`"from_user_id":"US.1","type":"system","system":{"type":"user_changed_user_id","user_id":"US.2","parent_user_id":"US.ENT.2"}`,
			desk.AddressNews{ExternalID: "wamid.1", Kind: "user_id_changed", Old: desk.Sender{Phone: "+16505551234", UserID: "US.1"}, New: desk.Sender{UserID: "US.2", ParentID: "US.ENT.2"}}},
		"changed identity": {`"type":"system","identity":{"hash":"x"},"system":{"type":"customer_identity_changed"}`,
			desk.AddressNews{ExternalID: "wamid.1", Kind: "identity_changed", Old: jane, New: jane}},
		"group message": {`"group_id":"g","type":"text","text":{"body":"Hi all"}`, desk.IgnoredNews{Reason: "a message in a group; Parley shows one-to-one conversations only"}},
	} {
		t.Run(name, func(t *testing.T) {
			updates := parse(t, messagesHook("{"+headJSON+tt.json+"}"))
			if len(updates) != 1 {
				t.Fatalf("got %d updates: %+v", len(updates), updates)
			}
			if diff := cmp.Diff(tt.want, updates[0].News); diff != "" {
				t.Errorf("news (-want +got):\n%s", diff)
			}
		})
	}
}

// TestParseEcho: the customer of an echo is the one of the two who is not our
// number, and nothing that we wrote opens a window.
func TestParseEcho(t *testing.T) {
	hook := func(echo string) []byte {
		return hookOf(`{"field":"smb_message_echoes","value":{"metadata":{"display_phone_number":"+1 555-078-3881","phone_number_id":"1"},"message_echoes":[{"id":"wamid.1",` + echo + `}]}}`)
	}
	for name, tt := range map[string]struct {
		json string
		want desk.News
	}{
		"text": {`"from":"15550783881","to":"16505551234","type":"text","text":{"body":"Hi"}`,
			desk.InboundMessage{ExternalID: "wamid.1", From: jane, Echo: true, Type: desk.TypeText, Text: "Hi"}},
		"the wrong way round": {`"from":"16505551234","to":"15550783881","type":"text","text":{"body":"Hi"}`,
			desk.InboundMessage{ExternalID: "wamid.1", From: jane, Echo: true, Type: desk.TypeText, Text: "Hi"}},
		"to a user id": {`"from":"15550783881","to_user_id":"SK.77","type":"revoke","revoke":{"original_message_id":"wamid.0"}`,
			desk.RevokeNews{ExternalID: "wamid.1", From: desk.Sender{UserID: "SK.77"}, Echo: true, Target: "wamid.0"}},
		"reaction": {`"from":"15550783881","to":"16505551234","type":"reaction","reaction":{"message_id":"wamid.0","emoji":"x"}`,
			desk.ReactionNews{ExternalID: "wamid.1", From: jane, Echo: true, Target: "wamid.0", Emoji: "x"}},
		"edit": {`"from":"15550783881","to":"16505551234","type":"edit","edit":{"original_message_id":"wamid.0","message":{"type":"text","text":{"body":"Now"}}}`,
			desk.EditNews{ExternalID: "wamid.1", From: jane, Echo: true, Target: "wamid.0", Message: desk.InboundMessage{From: jane, Echo: true, Type: desk.TypeText, Text: "Now"}}},
	} {
		t.Run(name, func(t *testing.T) {
			updates := parse(t, hook(tt.json))
			if len(updates) != 1 {
				t.Fatalf("got %d updates", len(updates))
			}
			if diff := cmp.Diff(tt.want, updates[0].News); diff != "" {
				t.Errorf("news (-want +got):\n%s", diff)
			}
		})
	}
}

// TestParseSender: phones and BSUIDs in every combination that Meta describes.
func TestParseSender(t *testing.T) {
	const john = `{"profile":{"name":"John","username":"john.s"},"wa_id":"16505550000","user_id":"US.9","parent_user_id":"US.ENT.9"}`
	const janeCard = `{"profile":{"name":"Jane"},"wa_id":16505551234,"user_id":"US.1"}`
	for name, tt := range map[string]struct {
		contacts, message string
		want              desk.Sender
	}{
		"phone alone":               {``, `"from":"16505551234"`, jane},
		"phone with plus":           {``, `"from":"+16505551234"`, jane},
		"phone as a number":         {``, `"from":16505551234`, jane},
		"user id alone":             {``, `"from_user_id":"US.13491208655302741918"`, desk.Sender{UserID: "US.13491208655302741918"}},
		"user id where phones are":  {``, `"from":"SK.421905111222"`, desk.Sender{UserID: "SK.421905111222"}},
		"user id of digits":         {``, `"from":"BR.5511999998888"`, desk.Sender{UserID: "BR.5511999998888"}},
		"too long for a phone":      {``, `"from":"1234567890123456"`, desk.Sender{UserID: "1234567890123456"}},
		"letters":                   {``, `"from":"PHONE_NUMBER"`, desk.Sender{UserID: "PHONE_NUMBER"}},
		"both with parent":          {``, `"from":"16505551234","from_user_id":"US.1","from_parent_user_id":"US.ENT.1"`, desk.Sender{Phone: "+16505551234", UserID: "US.1", ParentID: "US.ENT.1"}},
		"contact by phone":          {john + `,` + janeCard, `"from":"16505551234"`, desk.Sender{Phone: "+16505551234", UserID: "US.1", Name: "Jane"}},
		"contact by user id":        {janeCard + `,` + john, `"from_user_id":"US.9"`, desk.Sender{Phone: "+16505550000", UserID: "US.9", ParentID: "US.ENT.9", Name: "John", Username: "john.s"}},
		"contact of somebody else":  {john, `"from":"16505551234"`, jane},
		"same phone, other user":    {janeCard, `"from":"16505551234","from_user_id":"US.2"`, desk.Sender{Phone: "+16505551234", UserID: "US.2"}},
		"named by the contact only": {john, `"type":"text"`, desk.Sender{Phone: "+16505550000", UserID: "US.9", ParentID: "US.ENT.9", Name: "John", Username: "john.s"}},
		"contact without address":   {`{"profile":{"name":"Jane"}}`, `"from":"16505551234"`, desk.Sender{Phone: "+16505551234", Name: "Jane"}},
		"username beside profile":   {`{"profile":{"name":"Jane"},"username":"jane","user_id":"US.1"}`, `"from_user_id":"US.1"`, desk.Sender{UserID: "US.1", Name: "Jane", Username: "jane"}},
	} {
		t.Run(name, func(t *testing.T) {
			updates := parse(t, hookOf(`{"field":"messages","value":{"metadata":{"phone_number_id":"1"},"contacts":[`+tt.contacts+
				`],"messages":[{"id":"wamid.1",`+tt.message+`,"text":{"body":"Hi"}}]}}`))
			m, ok := updates[0].News.(desk.InboundMessage)
			if !ok {
				t.Fatalf("news = %#v", updates[0].News)
			}
			if diff := cmp.Diff(tt.want, m.From); diff != "" {
				t.Errorf("from (-want +got):\n%s", diff)
			}
		})
	}
}

// TestParseManyContacts: a hook of many people is read in time that grows with
// its length only, and everyone gets their own name.
func TestParseManyContacts(t *testing.T) {
	var contacts, messages []string
	for i := range 1000 {
		contacts = append(contacts, fmt.Sprintf(`{"profile":{"name":"Person %d"},"wa_id":"1650%07d"}`, i, i))
		messages = append(messages, fmt.Sprintf(`{"id":"wamid.%d","from":"1650%07d","type":"text","text":{"body":"x"}}`, i, i))
	}
	updates := parse(t, hookOf(`{"field":"messages","value":{"metadata":{"phone_number_id":"1"},"contacts":[`+
		strings.Join(contacts, ",")+`],"messages":[`+strings.Join(messages, ",")+`]}}`))
	if len(updates) != 1000 {
		t.Fatalf("got %d updates", len(updates))
	}
	for i, u := range updates {
		if got, want := u.News.(desk.InboundMessage).From.Name, fmt.Sprintf("Person %d", i); got != want {
			t.Fatalf("message %d is from %q, want %q", i, got, want)
		}
	}
}

func TestParseStatus(t *testing.T) {
	for name, tt := range map[string]struct {
		json string
		want desk.News
	}{
		"sent": {`"status":"sent","recipient_id":"16505551234"`, desk.StatusNews{ExternalID: "wamid.1", Status: desk.StatusSent, To: jane}},
		"with the witness": {`"status":"delivered","recipient_id":"16505551234","biz_opaque_callback_data":"v1.ref.1"`,
			desk.StatusNews{ExternalID: "wamid.1", Status: desk.StatusDelivered, To: jane, Witness: "v1.ref.1"}},
		"user id only": {`"status":"read","recipient_user_id":"US.1","recipient_parent_user_id":"US.ENT.1"`,
			desk.StatusNews{ExternalID: "wamid.1", Status: desk.StatusRead, To: desk.Sender{UserID: "US.1", ParentID: "US.ENT.1"}}},
		"parent's second name": {`"status":"read","recipient_user_id":"US.1","parent_recipient_user_id":"US.ENT.1"`,
			desk.StatusNews{ExternalID: "wamid.1", Status: desk.StatusRead, To: desk.Sender{UserID: "US.1", ParentID: "US.ENT.1"}}},
		"parent's third name": {`"status":"played","recipient_user_id":"US.1","parent_user_id":"US.ENT.1"`,
			desk.StatusNews{ExternalID: "wamid.1", Status: desk.StatusPlayed, To: desk.Sender{UserID: "US.1", ParentID: "US.ENT.1"}}},
		"pricing": {`"status":"sent","pricing":{"type":"regular","category":"service"},"conversation":{"id":"c"}`,
			desk.StatusNews{ExternalID: "wamid.1", Status: desk.StatusSent, Pricing: json.RawMessage(`{"pricing":{"type":"regular","category":"service"},"conversation":{"id":"c"}}`)}},
		"pricing null": {`"status":"sent","pricing":null`, desk.StatusNews{ExternalID: "wamid.1", Status: desk.StatusSent}},
		"failed": {`"status":"failed","errors":[{"code":131047,"title":"Re-engagement message","error_data":{"details":"More than 24 hours"}}]`,
			desk.StatusNews{ExternalID: "wamid.1", Status: desk.StatusFailed, Failure: &desk.SendError{Kind: desk.WindowClosed, Code: "131047", Text: explain(131047).Text, Detail: "More than 24 hours"}}},
		"failed for certain": {`"status":"failed","errors":[{"code":"131000","title":"Something went wrong"}]`,
			desk.StatusNews{ExternalID: "wamid.1", Status: desk.StatusFailed, Failure: &desk.SendError{Kind: desk.Temporary, Code: "131000", Text: textUndelivered, Detail: "Something went wrong"}}},
		"failed, old shape": {`"status":"failed","errors":[{"code":470,"title":"Message failed","details":"Old"}]`,
			desk.StatusNews{ExternalID: "wamid.1", Status: desk.StatusFailed, Failure: &desk.SendError{Kind: desk.WindowClosed, Code: "470", Text: explain(470).Text, Detail: "Old"}}},
		"failed without a reason": {`"status":"failed"`, desk.StatusNews{ExternalID: "wamid.1", Status: desk.StatusFailed,
			Failure: &desk.SendError{Kind: desk.Permanent, Code: "unknown", Text: "WhatsApp could not deliver this message and did not say why. Send it again, or reach the customer another way."}}},
		"of a group":   {`"status":"sent","recipient_type":"group"`, desk.IgnoredNews{Reason: "a status of a message to a group"}},
		"deleted":      {`"status":"deleted"`, desk.IgnoredNews{Reason: `a status "deleted", which has no meaning here`}},
		"not a status": {`"status":"accepted"`, desk.IgnoredNews{Reason: `a status "accepted", which has no meaning here`}},
	} {
		t.Run(name, func(t *testing.T) {
			updates := parse(t, hookOf(`{"field":"messages","value":{"metadata":{"phone_number_id":"1"},"statuses":[{"id":"wamid.1","timestamp":1749416383,`+tt.json+`}]}}`))
			if len(updates) != 1 {
				t.Fatalf("got %d updates", len(updates))
			}
			if diff := cmp.Diff(tt.want, updates[0].News); diff != "" {
				t.Errorf("news (-want +got):\n%s", diff)
			}
			if !updates[0].At.Equal(time.Unix(1749416383, 0)) {
				t.Errorf("At = %v", updates[0].At)
			}
		})
	}
}

func TestParseTimes(t *testing.T) {
	for given, want := range map[string]time.Time{
		`"1749416383"`: time.Unix(1749416383, 0).UTC(), `1749416383`: time.Unix(1749416383, 0).UTC(),
		`1.749416383e9`: time.Unix(1749416383, 0).UTC(), `1749416383.9`: time.Unix(1749416383, 0).UTC(),
		`-5`: {}, `0`: {}, `"0"`: {}, `""`: {}, `null`: {}, `{}`: {}, `[1]`: {}, `true`: {}, `"soon"`: {}, `"NaN"`: {}, `"Inf"`: {},
		`1749416383000`: {}, `4102444800`: {}, `99999999999999999999`: {}, `1e400`: {},
	} {
		updates := parse(t, messagesHook(`{"id":"wamid.1","from":"16505551234","type":"text","text":{"body":"x"},"timestamp":`+given+`}`))
		if _, ok := updates[0].News.(desk.InboundMessage); !ok || !updates[0].At.Equal(want) {
			t.Errorf("timestamp %s: At = %v (%T), want %v", given, updates[0].At, updates[0].News, want)
		}
	}
}

// TestParseForeignText: what no database takes is replaced, nothing is cut.
func TestParseForeignText(t *testing.T) {
	name, text := strings.Repeat("Ň", 300), strings.Repeat("čaj ", 2500)
	escaped := func(s string) string { // as Meta writes it: ASCII only
		var b strings.Builder
		for _, r := range s {
			fmt.Fprintf(&b, `\u%04x`, r)
		}
		return b.String()
	}
	for given, want := range map[string]string{
		`a\u0000b`:                  "a\uFFFDb",
		`\ud800`:                    "\uFFFD",
		`\udc00x`:                   "\uFFFDx",
		`\ud800\ud83d\ude00`:        "\uFFFD😀",
		`\ud83d\ude00`:              "😀",
		`\uD83D\uDE00`:              "😀",
		`\ud83dA`:                   "\uFFFDA",
		`\\u0000`:                   `\u0000`,
		`\\\u0000`:                  "\\\uFFFD",
		"\xff\xfe":                  "\uFFFD",
		"a\xc3":                     "a\uFFFD",
		`\u003c\/b\u003e \u0040you`: "</b> @you",
		escaped(text):               text,
		text:                        text,
		`\ufeff\u202e\u200d`:        "\ufeff\u202e\u200d",
		`\u0001\u001f\n\t\r`:        "\x01\x1f\n\t\r",
	} {
		updates := parse(t, hookOf(`{"field":"messages","value":{"metadata":{"phone_number_id":"1"},"contacts":[{"profile":{"name":"`+escaped(name)+`"},"wa_id":"16505551234"}],"messages":[`+
			`{"id":"wamid.1","from":"16505551234","type":"text","text":{"body":"`+given+`"}},`+
			`{"id":"wamid.2","from":"16505551234","type":"image","image":{"id":"1","caption":"`+given+`"}},`+
			`{"id":"wamid.3","from":"16505551234","type":"hologram","hologram":"`+given+`"}]}}`))
		for i := range 2 {
			if got := updates[i].News.(desk.InboundMessage); got.Text != want || got.From.Name != name {
				t.Errorf("%.40q in message %d: text %.60q, want %.60q; name of %d characters", given, i, got.Text, want, len([]rune(got.From.Name)))
			}
		}
		raw := updates[2].News.(desk.InboundMessage).Content.Unsupported.Raw
		var kept struct{ Hologram string }
		if err := json.Unmarshal(raw, &kept); err != nil || len(given) < 1000 && kept.Hologram != want {
			t.Errorf("%.40q: kept %.60q (%v), want %.60q", given, kept.Hologram, err, want)
		}
	}
}

// TestParseHostile: depth and size cost time in proportion and break nothing.
func TestParseHostile(t *testing.T) {
	deep := func(n int) string { return strings.Repeat(`[`, n) + strings.Repeat(`]`, n) }
	d := newDriver()

	updates := parse(t, messagesHook("{"+headJSON+`"type":"hologram","hologram":`+deep(9000)+"}"))
	m := updates[0].News.(desk.InboundMessage)
	if _, err := json.Marshal(m.Content); err != nil || !strings.Contains(string(m.Content.Unsupported.Raw), `"cut":true`) {
		t.Errorf("a deep message: %v, %.80s", err, m.Content.Unsupported.Raw)
	}
	big := strings.Repeat("x", 3<<20-1000)
	updates = parse(t, messagesHook("{"+headJSON+`"type":"hologram","hologram":"`+big+`"}`))
	if raw := updates[0].News.(desk.InboundMessage).Content.Unsupported.Raw; len(raw) > 20<<10 {
		t.Errorf("a large message keeps %d bytes", len(raw))
	}
	updates = parse(t, messagesHook("{"+headJSON+`"type":"text","text":{"body":"`+big+`"}}`))
	if got := updates[0].News.(desk.InboundMessage).Text; got != big {
		t.Errorf("a large text has %d characters, want %d", len(got), len(big))
	}
	for name, body := range map[string]string{
		"deeper than JSON allows": `{"entry":[` + deep(20000) + `]}`,
		"open brackets":           strings.Repeat(`[`, 3<<20),
		"too many parts":          `{"entry":[{"changes":[{"field":"messages","value":{"messages":[` + strings.Repeat("1,", 2*maxUpdates) + `1]}}]}]}`,
		"too many entries":        `{"entry":[` + strings.Repeat("1,", 2*maxUpdates) + `1]}`,
		"too many changes":        `{"entry":[{"changes":[` + strings.Repeat("1,", 2*maxUpdates) + `1]}]}`,
	} {
		if updates, err := d.ParseHook([]byte(body)); err == nil {
			t.Errorf("%s: %d updates, want an error", name, len(updates))
		}
	}
}

// TestParseFields: every field of the platform is either news of the account or
// ignored for a reason that a person can read.
func TestParseFields(t *testing.T) {
	account := []string{
		"message_template_status_update", "message_template_quality_update", "message_template_components_update",
		"template_category_update", "phone_number_quality_update", "phone_number_name_update", "account_update",
		"account_review_update", "account_alerts", "account_settings_update", "business_capability_update", "security",
		"business_username_update", "business_username_updates", "flows", "payment_configuration_update", "partner_solutions",
	}
	ignored := []string{
		"history", "smb_app_state_sync", "calls", "group_lifecycle_update", "group_participants_update",
		"group_settings_update", "group_status_update", "standby", "messaging_handovers", "automatic_events",
		"consumer_profile", "something_new",
	}
	value := `{"display_phone_number":"15550783881","event":"APPROVED","message_template_name":"hi","message_template_language":"sk"}`
	for _, field := range account {
		news, ok := parse(t, hookOf(`{"field":"`+field+`","value":`+value+`}`))[0].News.(desk.AccountNews)
		if !ok || len(news.Summary) < 8 || string(news.Data) != value {
			t.Errorf("%s: %+v", field, news)
		}
		if strings.Contains(news.Summary, "15550783881") {
			t.Errorf("%s: the summary has the whole number: %q", field, news.Summary)
		}
	}
	for _, field := range ignored {
		news, ok := parse(t, hookOf(`{"field":"`+field+`","value":`+value+`}`))[0].News.(desk.IgnoredNews)
		if !ok || len(news.Reason) < 20 {
			t.Errorf("%s: %#v", field, news)
		}
	}
}

// TestL03_ParseCalls: a customer's call opens the window from its beginning.
func TestL03_ParseCalls(t *testing.T) {
	head := `"id":"wacid.1","from":"16505551234","to":"15550783881","timestamp":"1749416383"`
	ours := `"id":"wacid.1","from":"15550783881","to":"16505551234","timestamp":"1749416383"`
	called := desk.InboundMessage{ExternalID: "wacid.1", From: jane, Type: desk.TypeSystem, Text: "The customer called.", Opens: true}
	byUser := called
	byUser.From = desk.Sender{UserID: "US.1", ParentID: "US.ENT.1"}
	for name, tt := range map[string]struct {
		call string
		want desk.News
	}{
		"a call":                   {head + `,"event":"connect","direction":"USER_INITIATED"`, called},
		"without its direction":    {head + `,"event":"connect"`, called},
		"without a number":         {`"id":"wacid.1","from_user_id":"US.1","from_parent_user_id":"US.ENT.1","timestamp":"1749416383","event":"connect"`, byUser},
		"its end":                  {head + `,"event":"terminate","direction":"USER_INITIATED","status":"FAILED"`, desk.IgnoredNews{}},
		"its recording":            {head + `,"event":"call_recording_available"`, desk.IgnoredNews{}},
		"ours":                     {ours + `,"event":"connect","direction":"BUSINESS_INITIATED"`, desk.IgnoredNews{}},
		"ours without a direction": {ours + `,"event":"connect"`, desk.IgnoredNews{}},
		"without an id":            {`"from":"16505551234","event":"connect"`, desk.BadNews{}},
		"of nobody":                {`"id":"wacid.1","event":"connect"`, desk.BadNews{}},
	} {
		t.Run(name, func(t *testing.T) {
			updates := parse(t, hookOf(`{"field":"calls","value":{"metadata":{"phone_number_id":"1","display_phone_number":"+1 555 078-3881"},"calls":[{`+tt.call+`}]}}`))
			if len(updates) != 1 {
				t.Fatalf("%d updates, want 1", len(updates))
			}
			u := updates[0]
			switch want := tt.want.(type) {
			case desk.InboundMessage:
				if diff := cmp.Diff(want, u.News); diff != "" || u.At.Unix() != 1749416383 || u.Channel != "1" {
					t.Errorf("at %v on %q (-want +got):\n%s", u.At, u.Channel, diff)
				}
			default:
				if got, want := fmt.Sprintf("%T", u.News), fmt.Sprintf("%T", want); got != want {
					t.Errorf("got %s %+v, want %s", got, u.News, want)
				}
			}
		})
	}
}

func TestParsePeople(t *testing.T) {
	for name, tt := range map[string]struct {
		change string
		want   desk.News
	}{
		"user id update": {`{"field":"user_id_update","value":{"metadata":{"phone_number_id":"1"},"contacts":[{"profile":{"name":"Jane"},"user_id":"US.2"}],"user_id_update":[{"wa_id":"16505551234","detail":"Changed","user_id":{"previous":"US.1","current":"US.2"},"parent_user_id":{"previous":"US.ENT.1","current":"US.ENT.2"},"timestamp":"1749416383"}]}}`,
			desk.AddressNews{Kind: "user_id_changed", Text: "Changed",
				Old: desk.Sender{Phone: "+16505551234", UserID: "US.1", ParentID: "US.ENT.1"},
				New: desk.Sender{Phone: "+16505551234", UserID: "US.2", ParentID: "US.ENT.2", Name: "Jane"}}},
		"stop": {`{"field":"user_preferences","value":{"metadata":{"phone_number_id":"1"},"user_preferences":[{"user_id":"US.1","category":"marketing_messages","value":"stop","detail":"No more","timestamp":1749416383}]}}`,
			desk.PreferenceNews{From: desk.Sender{UserID: "US.1"}, Value: "stop", Detail: "No more"}},
		"resume": {`{"field":"user_preferences","value":{"user_preferences":[{"wa_id":"16505551234","category":"marketing_messages","value":"resume","timestamp":1749416383}]}}`,
			desk.PreferenceNews{From: jane, Value: "resume"}},
	} {
		t.Run(name, func(t *testing.T) {
			updates := parse(t, hookOf(tt.change))
			if diff := cmp.Diff(tt.want, updates[0].News); diff != "" {
				t.Errorf("news (-want +got):\n%s", diff)
			}
			if !updates[0].At.Equal(time.Unix(1749416383, 0)) {
				t.Errorf("At = %v", updates[0].At)
			}
		})
	}
	unknown := parse(t, hookOf(`{"field":"user_preferences","value":{"user_preferences":[{"wa_id":"16505551234","value":"maybe"}]}}`))
	if _, ok := unknown[0].News.(desk.IgnoredNews); !ok {
		t.Errorf("a wish that is neither stop nor resume became %#v", unknown[0].News)
	}
}

// TestParseBatch: 500 messages and statuses over several entries and changes
// come in the order of the body.
func TestParseBatch(t *testing.T) {
	var entries []string
	n := 0
	for range 5 {
		var changes []string
		for range 10 {
			var messages, statuses []string
			for range 5 {
				messages = append(messages, fmt.Sprintf(`{"id":"wamid.%d","from":"16505551234","type":"text","text":{"body":"x"}}`, n))
				n++
			}
			for range 5 {
				statuses = append(statuses, fmt.Sprintf(`{"id":"wamid.%d","status":"sent"}`, n))
				n++
			}
			changes = append(changes, `{"value":{"metadata":{"phone_number_id":"1"},"messages":[`+strings.Join(messages, ",")+
				`],"statuses":[`+strings.Join(statuses, ",")+`]},"field":"messages"}`)
		}
		entries = append(entries, `{"id":"2","changes":[`+strings.Join(changes, ",")+`]}`)
	}
	updates := parse(t, []byte(`{"object":"whatsapp_business_account","entry":[`+strings.Join(entries, ",")+`]}`))
	if len(updates) != n {
		t.Fatalf("got %d updates, want %d", len(updates), n)
	}
	for i, u := range updates {
		id := ""
		switch news := u.News.(type) {
		case desk.InboundMessage:
			id = news.ExternalID
		case desk.StatusNews:
			id = news.ExternalID
		}
		if want := fmt.Sprintf("wamid.%d", i); id != want {
			t.Fatalf("update %d is about %q, want %q", i, id, want)
		}
	}
}

func TestParseOtherObject(t *testing.T) {
	updates := parse(t, []byte(`{"object":"page","entry":[{"id":"1"}]}`))
	if news, ok := updates[0].News.(desk.IgnoredNews); !ok || !strings.Contains(news.Reason, `"page"`) {
		t.Errorf("news = %#v", updates[0].News)
	}
}
