package referees

import (
	"bytes"
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/piusalfred/whatsapp/message"
	werrors "github.com/piusalfred/whatsapp/pkg/errors"
	"github.com/piusalfred/whatsapp/webhooks"
	"github.com/piusalfred/whatsapp/webhooks/router"
)

// The SDK of this version knows neither user ids nor their updates: of a
// customer without a number it reads the text and the name. It takes the
// numbers of an order for texts and fails on what Meta sends.

// trickyText has letters and an emoji beyond ASCII, and characters that
// encoders like to escape.
const trickyText = "Ďakujem, žltý kôň 🐎👨‍👩‍👧 stojí 5 € – <a@b.sk> \"áno\"/nie & \\ \u2028konec"

// heard is what the SDK's handlers were called with.
type heard struct {
	info    *webhooks.MessageInfo
	context *webhooks.MessageNotificationContext
	// body is the SDK's type for the kind of message: *webhooks.Text, ...
	body any
	// status is set instead of the above for a status.
	status *webhooks.Status
	// header and raw are the request that it came with.
	header http.Header
	raw    []byte
}

// desk is the SDK's server with its own checks, fed by the simulator.
type desk struct {
	shop
	mail chan heard
	kept []heard
}

type requestKey struct{}

func openDesk(t *testing.T) *desk {
	t.Helper()
	d := &desk{mail: make(chan heard, 100)}
	handler := webhooks.NewHandler()
	handler.OnTextMessage(hear[webhooks.Text](d))
	handler.OnImageMessage(hear[message.MediaInfo](d))
	handler.OnAudioMessage(hear[message.MediaInfo](d))
	handler.OnDocumentMessage(hear[message.MediaInfo](d))
	handler.OnReactionMessage(hear[message.Reaction](d))
	handler.OnLocationMessage(hear[message.Location](d))
	handler.OnContactsMessage(hear[message.Contacts](d))
	handler.OnButtonMessage(hear[webhooks.Button](d))
	handler.OnButtonReplyMessage(hear[webhooks.ButtonReply](d))
	handler.OnListReplyMessage(hear[webhooks.ListReply](d))
	handler.OnFlowCompletionMessage(hear[webhooks.NFMReply](d))
	handler.OnSystemMessage(hear[webhooks.System](d))
	handler.OnReferralMessage(hear[webhooks.ReferralNotification](d))
	handler.OnUnsupportedMessage(func(ctx context.Context, nctx *webhooks.MessageNotificationContext, info *webhooks.MessageInfo, errs []*werrors.Error) error {
		return hear[[]*werrors.Error](d)(ctx, nctx, info, &errs)
	})
	handler.OnUserPreferencesUpdate(func(_ context.Context, nctx *webhooks.MessageNotificationContext, prefs []*webhooks.UserPreference) error {
		d.mail <- heard{context: nctx, body: prefs[0]}
		return nil
	})
	handler.OnMessageStatusChange(func(_ context.Context, nctx *webhooks.MessageNotificationContext, statuses []*webhooks.Status) error {
		for _, status := range statuses {
			d.mail <- heard{context: nctx, status: status}
		}
		return nil
	})
	listener := webhooks.NewListener(handler, webhooks.ConfigReaderFunc(func(*http.Request) (*webhooks.Config, error) {
		return &webhooks.Config{Token: verifyToken, Validate: true, AppSecret: appSecret}, nil
	}))
	routes, err := router.NewSimpleRouter(listener, router.WithSimpleRouterEndpoints(router.Endpoints{Webhook: "/hook", SubscriptionVerification: "/hook"}))
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(keepBytes(routes))
	t.Cleanup(server.Close)
	sim := startSimulator(t)
	sim.connect(server.URL + "/hook")
	d.shop = shop{simulator: sim, messages: messagesOf(t, reader(sim))}
	return d
}

// hear makes a handler for one kind of message.
func hear[T any](d *desk) func(context.Context, *webhooks.MessageNotificationContext, *webhooks.MessageInfo, *T) error {
	return func(ctx context.Context, nctx *webhooks.MessageNotificationContext, info *webhooks.MessageInfo, body *T) error {
		h := heard{info: info, context: nctx, body: body}
		if kept, ok := ctx.Value(requestKey{}).(heard); ok {
			h.header, h.raw = kept.header, kept.raw
		}
		d.mail <- h
		return nil
	}
}

// keepBytes keeps the request as it came, for checks by hand.
func keepBytes(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		raw, err := io.ReadAll(r.Body)
		if err != nil {
			http.Error(w, err.Error(), http.StatusBadRequest)
			return
		}
		r.Body = io.NopCloser(bytes.NewReader(raw))
		next.ServeHTTP(w, r.WithContext(context.WithValue(r.Context(), requestKey{}, heard{header: r.Header, raw: raw})))
	})
}

// next waits for the first that is wanted and keeps the others.
func (d *desk) next(what string, wanted func(heard) bool) heard {
	d.t.Helper()
	for i, h := range d.kept {
		if wanted(h) {
			d.kept = append(d.kept[:i:i], d.kept[i+1:]...)
			return h
		}
	}
	deadline := time.After(patience)
	for {
		select {
		case h := <-d.mail:
			if wanted(h) {
				return h
			}
			d.kept = append(d.kept, h)
		case <-deadline:
			d.t.Fatalf("waited in vain for %s", what)
		}
	}
}

// reads lets a customer write and gives what the SDK made of it.
func reads[T any](d *desk, customer string, message map[string]any) (T, heard) {
	d.t.Helper()
	id := d.writes(customer, message)
	h := d.next("message "+id, func(h heard) bool { return h.info != nil && h.info.MessageID == id })
	body, ok := h.body.(T)
	if !ok {
		d.t.Fatalf("the SDK read a %T", h.body)
	}
	return body, h
}

func (d *desk) status(id, wanted string) *webhooks.Status {
	d.t.Helper()
	return d.next(wanted+" of "+id, func(h heard) bool {
		return h.status != nil && h.status.ID == id && h.status.StatusValue == wanted
	}).status
}

func text(body string) map[string]any {
	return map[string]any{"type": "text", "text": body, "name": "Žofia 🌷"}
}

func TestSignature(t *testing.T) {
	d := openDesk(t)
	body, h := reads[*webhooks.Text](d, jana, text(trickyText))
	if body.Body != trickyText {
		t.Errorf("got %q", body.Body)
	}
	if err := webhooks.ValidatePayloadSignature(h.header, h.raw, appSecret); err != nil {
		t.Error(err)
	}
	if webhooks.ValidatePayloadSignature(h.header, h.raw, "another") == nil {
		t.Error("another secret was accepted")
	}
	if webhooks.ValidatePayloadSignature(h.header, bytes.Replace(h.raw, []byte("5"), []byte("6"), 1), appSecret) == nil {
		t.Error("changed bytes were accepted")
	}

	d.fault("bad_signature")
	// The SDK answers a bad signature with 500.
	d.refused(d.writes(jana, text("Dobrý deň")), http.StatusInternalServerError)
}

func TestReadTextReplyAndReaction(t *testing.T) {
	d := openDesk(t)
	_, h := reads[*webhooks.Text](d, jana, text("Dobrý deň"))
	if h.info.From != strings.TrimPrefix(jana, "+") || h.context.Metadata.PhoneNumberID != phoneNumberID || h.context.EntryID != wabaID {
		t.Errorf("got %+v with %+v", h.info, h.context)
	}
	if sender := h.context.SenderInfo(); sender == nil || sender.Name != "Žofia 🌷" || sender.WaID != h.info.From {
		t.Errorf("got sender %+v", sender)
	}
	id := d.sent(d.messages.SendText(t.Context(), to(&message.Text{Body: "Ako pomôžem?"}))).ID
	reply := text("Takto")
	reply["context"] = map[string]any{"message_id": id}
	if _, h := reads[*webhooks.Text](d, jana, reply); !h.info.IsAReply || h.info.Context.ID != id {
		t.Errorf("got %+v", h.info)
	}
	reaction, _ := reads[*message.Reaction](d, jana, map[string]any{"type": "reaction", "reaction": map[string]any{"message_id": id, "emoji": "❤️"}})
	if reaction.MessageID != id || reaction.Emoji != "❤️" {
		t.Errorf("got %+v", reaction)
	}
}

func TestReadOtherKinds(t *testing.T) {
	d := openDesk(t)
	image, _ := reads[*message.MediaInfo](d, jana, map[string]any{"type": "image", "image": map[string]any{"caption": "Žltý kôň"}})
	if image.Caption != "Žltý kôň" || image.MimeType != "image/jpeg" || image.ID == "" || image.Sha256 == "" {
		t.Errorf("got %+v", image)
	}
	reads[*message.MediaInfo](d, jana, map[string]any{"type": "audio"})
	document, _ := reads[*message.MediaInfo](d, jana, map[string]any{"type": "document"})
	if !strings.HasSuffix(document.Filename, ".pdf") {
		t.Errorf("got %+v", document)
	}
	location, _ := reads[*message.Location](d, jana, map[string]any{"type": "location", "location": map[string]any{"latitude": 48.1486, "longitude": 17.1077}})
	if location.Latitude != 48.1486 {
		t.Errorf("got %+v", location)
	}
	card := map[string]any{"name": map[string]any{"formatted_name": "Žofia Nováková"}, "phones": []any{map[string]any{"phone": "+421905000000"}}}
	contacts, _ := reads[*message.Contacts](d, jana, map[string]any{"type": "contacts", "contacts": []any{card}})
	if len(*contacts) != 1 || (*contacts)[0].Name.FormattedName != "Žofia Nováková" {
		t.Errorf("got %+v", contacts)
	}
	tap := func(kind string, body map[string]any) map[string]any {
		return map[string]any{"type": "interactive", "interactive": map[string]any{"type": kind, kind: body}}
	}
	button, _ := reads[*webhooks.ButtonReply](d, jana, tap("button_reply", map[string]any{"id": "yes", "title": "Áno"}))
	if button.ID != "yes" || button.Title != "Áno" {
		t.Errorf("got %+v", button)
	}
	row, _ := reads[*webhooks.ListReply](d, jana, tap("list_reply", map[string]any{"id": "9", "title": "9:00"}))
	if row.ID != "9" {
		t.Errorf("got %+v", row)
	}
	form, _ := reads[*webhooks.NFMReply](d, jana, tap("nfm_reply", map[string]any{"name": "flow", "body": "Sent", "response_json": `{"meno":"Žofia"}`}))
	if form.Name != "flow" {
		t.Errorf("got %+v", form)
	}
	quick, _ := reads[*webhooks.Button](d, jana, map[string]any{"type": "button", "button": map[string]any{"payload": "CONFIRM", "text": "Prídem"}})
	if quick.Payload != "CONFIRM" {
		t.Errorf("got %+v", quick)
	}
	fromAd := text("Je to ešte voľné?")
	fromAd["referral"] = map[string]any{"source_type": "ad", "source_id": "120", "source_url": "https://fb.me/x", "headline": "Jar", "body": "Kvety"}
	ad, _ := reads[*webhooks.ReferralNotification](d, jana, fromAd)
	if ad.Referral.SourceID != "120" || ad.Text.Body != "Je to ešte voľné?" {
		t.Errorf("got %+v", ad)
	}
	poll, _ := reads[*[]*werrors.Error](d, jana, map[string]any{"type": "unsupported", "unsupported": map[string]any{"type": "poll"}})
	if len(*poll) != 1 || (*poll)[0].Code != 131051 {
		t.Errorf("got %+v", poll)
	}
}

func TestReadCustomerWithoutNumber(t *testing.T) {
	d := openDesk(t)
	hello := text("Dobrý deň")
	hello["username"] = "peter.sk"
	body, h := reads[*webhooks.Text](d, "SK.13491208655302741918", hello)
	if body.Body != "Dobrý deň" || h.info.From != "" || h.context.SenderInfo().WaID != "" || h.context.SenderInfo().Name != "Žofia 🌷" {
		t.Errorf("got %+v from %+v", body, h.info)
	}
}

func TestReadStatuses(t *testing.T) {
	d := openDesk(t)
	reads[*webhooks.Text](d, jana, text("Dobrý deň"))
	id := d.sent(d.messages.SendText(t.Context(), to(&message.Text{Body: "Ako pomôžem?"}))).ID
	sent := d.status(id, "sent")
	if sent.RecipientID != strings.TrimPrefix(jana, "+") || sent.Pricing == nil || sent.Pricing.Category != "service" || sent.Pricing.PricingModel != "PMP" {
		t.Errorf("got %+v with %+v", sent, sent.Pricing)
	}
	d.call("POST", "/customers/"+jana+"/read", nil, nil)
	d.status(id, "read")

	d.call("POST", "/clock", map[string]int{"offset_seconds": 25 * 3600}, nil)
	late := d.sent(d.messages.SendText(t.Context(), to(&message.Text{Body: "Neskoro"}))).ID
	failed := d.status(late, "failed")
	if len(failed.Errors) != 1 || failed.Errors[0].Code != 131047 || failed.Errors[0].Data == nil || !strings.Contains(failed.Errors[0].Data.Details, "24 hours") {
		t.Errorf("got %+v", failed.Errors)
	}
}

func TestReadChangedNumberAndPreference(t *testing.T) {
	d := openDesk(t)
	reads[*webhooks.Text](d, jana, text("Dobrý deň"))
	d.call("POST", "/customers/"+jana+"/change_number", map[string]string{"phone": "+421905999999"}, nil)
	h := d.next("the system message", func(h heard) bool { return h.info != nil && h.info.Type == "system" })
	if system := h.body.(*webhooks.System); system.WaID != "421905999999" || h.info.From != strings.TrimPrefix(jana, "+") {
		t.Errorf("got %+v", system)
	}
	d.call("POST", "/customers/+421905999999/marketing", map[string]string{"value": "stop"}, nil)
	h = d.next("the preference", func(h heard) bool { _, ok := h.body.(*webhooks.UserPreference); return ok })
	if stop := h.body.(*webhooks.UserPreference); stop.Value != "stop" || stop.WaID != "421905999999" {
		t.Errorf("got %+v", stop)
	}
}
