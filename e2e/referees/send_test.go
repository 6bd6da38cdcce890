package referees

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"strings"
	"testing"

	"github.com/piusalfred/whatsapp/config"
	"github.com/piusalfred/whatsapp/media"
	"github.com/piusalfred/whatsapp/message"
	werrors "github.com/piusalfred/whatsapp/pkg/errors"
	whttp "github.com/piusalfred/whatsapp/pkg/http"
)

// The SDK of this version can neither address a customer by user id nor list
// templates; its list of phone numbers refuses fields that Meta has added since.

// shop is the SDK's side of a conversation that Jana has begun.
type shop struct {
	*simulator
	messages *message.BaseClient
	media    *media.BaseClient
	hello    string // Jana's message
}

func reader(sim *simulator, changes ...func(*config.Config)) config.Reader {
	conf := &config.Config{
		BaseURL: sim.url, APIVersion: "v24.0", AccessToken: accessToken, PhoneNumberID: phoneNumberID,
		BusinessAccountID: wabaID, AppSecret: appSecret, SecureRequests: true,
	}
	for _, change := range changes {
		change(conf)
	}
	return config.ReaderFunc(func(context.Context) (*config.Config, error) { return conf, nil })
}

func open(t *testing.T) shop {
	t.Helper()
	sim := startSimulator(t)
	sim.connect("")
	hello := sim.writes(jana, map[string]any{"type": "text", "text": "Dobrý deň", "name": "Jana"})
	return shop{sim, messagesOf(t, reader(sim)), media.NewBaseClient(reader(sim), whttp.NewAnySender()), hello}
}

func messagesOf(t *testing.T, conf config.Reader) *message.BaseClient {
	t.Helper()
	client, err := message.NewBaseClient(whttp.NewSender[message.Message](), conf)
	if err != nil {
		t.Fatal(err)
	}
	return client
}

// sent checks an answer and gives the message on Jana's phone.
func (s shop) sent(answer *message.Response, err error) shownMessage {
	s.t.Helper()
	if err != nil {
		s.t.Fatal(err)
	}
	if len(answer.Messages) != 1 || !strings.HasPrefix(answer.Messages[0].ID, "wamid.") {
		s.t.Fatalf("got messages %v, want one with a wamid", answer.Messages)
	}
	if len(answer.Contacts) != 1 || answer.Contacts[0].WhatsappID != strings.TrimPrefix(jana, "+") {
		s.t.Fatalf("got contacts %v, want Jana's", answer.Contacts)
	}
	return s.shows(jana, answer.Messages[0].ID)
}

func to[T any](m *T) *message.Request[T] { return message.NewRequest(jana, m) }

func TestSendText(t *testing.T) {
	s := open(t)
	request := message.NewRequest(jana, &message.Text{Body: "Dobrý deň, Jana 👋", PreviewURL: true}, message.WithRequestAsReplyTo[message.Text](s.hello))
	m := s.sent(s.messages.SendText(t.Context(), request))
	if m.Text != "Dobrý deň, Jana 👋" || m.ContextID != s.hello {
		t.Errorf("the phone shows %q in answer to %q", m.Text, m.ContextID)
	}
}

func TestSendUploadedFiles(t *testing.T) {
	s := open(t)
	upload := func(name string, kind media.Type) string {
		t.Helper()
		answer, err := s.media.Upload(t.Context(), &media.UploadRequest{MediaType: kind, Filepath: "../../metasim/samples/" + name})
		if err != nil {
			t.Fatal(err)
		}
		return answer.ID
	}
	photo := upload("photo.jpg", media.TypeImageJPEG)
	image := s.sent(s.messages.SendImage(t.Context(), to(&message.Image{ID: photo, Caption: "Žltý kôň"})))
	if image.Text != "Žltý kôň" || image.Media == nil || image.Media.MIMEType != "image/jpeg" {
		t.Errorf("the phone shows %+v", image)
	}
	document := s.sent(s.messages.SendDocument(t.Context(), to(&message.Document{ID: upload("quotation.pdf", media.TypeDocPDF), Filename: "Ponuka č. 7.pdf"})))
	if document.Media == nil || document.Media.Filename != "Ponuka č. 7.pdf" {
		t.Errorf("the phone shows %+v", document)
	}
	for name, m := range map[string]shownMessage{
		"audio/ogg":  s.sent(s.messages.SendAudio(t.Context(), to(&message.Audio{ID: upload("voice.ogg", media.TypeAudioOGG)}))),
		"video/mp4":  s.sent(s.messages.SendVideo(t.Context(), to(&message.Video{ID: upload("clip.mp4", media.TypeVideoMP4)}))),
		"image/webp": s.sent(s.messages.SendSticker(t.Context(), to(&message.Sticker{ID: upload("sticker.webp", media.TypeStickerStatic)}))),
	} {
		if m.Media == nil || m.Media.MIMEType != name {
			t.Errorf("the phone shows %+v, want %s", m.Media, name)
		}
	}

	bytesOf := func(id string) (data []byte, err error) {
		decoder := whttp.BodyReaderResponseDecoder(func(_ context.Context, r io.Reader) (err error) {
			data, err = io.ReadAll(r)
			return err
		})
		err = s.media.DownloadByMediaID(t.Context(), &media.BaseRequest{MediaID: id, RestrictToOwnMedia: true}, decoder)
		return data, err
	}
	want, err := os.ReadFile("../../metasim/samples/photo.jpg")
	if err != nil {
		t.Fatal(err)
	}
	if got, err := bytesOf(photo); err != nil || !bytes.Equal(got, want) {
		t.Errorf("downloaded %d bytes, want %d: %v", len(got), len(want), err)
	}
	if answer, err := s.media.Delete(t.Context(), &media.BaseRequest{MediaID: photo}); err != nil || !answer.Success {
		t.Errorf("deleting: %v, %v", answer, err)
	}
	_, err = bytesOf(photo)
	wantError(t, err, 100)
}

func TestSendInteractive(t *testing.T) {
	s := open(t)
	buttons := message.NewInteractiveMessageContent(message.TypeInteractiveButton,
		message.WithInteractiveHeader(message.InteractiveHeaderText("Zajtra")),
		message.WithInteractiveBody("Prídete?"), message.WithInteractiveFooter("Odpovedzte, prosím"),
		message.WithInteractiveAction(&message.InteractiveAction{Buttons: []*message.InteractiveButton{
			{Type: "reply", Reply: &message.InteractiveReplyButton{ID: "yes", Title: "Áno"}},
			{Type: "reply", Reply: &message.InteractiveReplyButton{ID: "no", Title: "Nie"}},
		}}))
	if m := s.sent(s.messages.SendInteractiveMessage(t.Context(), to(buttons))); m.Text != "Prídete?" {
		t.Errorf("the phone shows %+v", m)
	}
	list := message.NewInteractiveMessageContent("list", message.WithInteractiveBody("Kedy?"),
		message.WithInteractiveAction(&message.InteractiveAction{Button: "Časy", Sections: []*message.InteractiveSection{
			{Title: "Zajtra", Rows: []*message.InteractiveSectionRow{{ID: "9", Title: "9:00", Description: "voľné"}}},
		}}))
	if m := s.sent(s.messages.SendInteractiveMessage(t.Context(), to(list))); m.Text != "Kedy?" {
		t.Errorf("the phone shows %+v", m)
	}
	link := message.NewInteractiveCTAURLButton(&message.InteractiveCTARequest{
		DisplayText: "Otvoriť", URL: "https://shop.example.com/?a=1&b=2", Body: "Termíny", Footer: "Kvety",
	})
	if m := s.sent(s.messages.SendInteractiveMessage(t.Context(), to(link))); m.Text != "Termíny" {
		t.Errorf("the phone shows %+v", m)
	}
	question := "Kde ste?"
	if m := s.sent(s.messages.RequestLocation(t.Context(), to(&question))); m.Text != question {
		t.Errorf("the phone shows %+v", m)
	}
}

func TestSendPlaceContactAndReaction(t *testing.T) {
	s := open(t)
	place := s.sent(s.messages.SendLocation(t.Context(), to(&message.Location{Latitude: 48.1486, Longitude: 17.1077, Name: "Bratislava"})))
	if place.Content["latitude"] != 48.1486 {
		t.Errorf("the phone shows %+v", place)
	}
	card := message.NewContact(
		message.WithContactName(&message.Name{FormattedName: "Žofia Nováková", FirstName: "Žofia"}),
		message.WithContactPhones(&message.Phone{Phone: "+421905000000", Type: "WORK"}),
	)
	if m := s.sent(s.messages.SendContacts(t.Context(), to(&message.Contacts{card}))); m.Text != "Žofia Nováková" {
		t.Errorf("the phone shows %+v", m)
	}
	s.sent(s.messages.SendReaction(t.Context(), to(&message.Reaction{MessageID: s.hello, Emoji: "👍"})))
	if r := s.shows(jana, s.hello).Reactions; len(r) != 1 || r[0].Emoji != "👍" {
		t.Errorf("the phone shows the reactions %v", r)
	}
}

func TestSendTemplate(t *testing.T) {
	s := open(t)
	var parameters []*message.TemplateParameter
	for _, text := range []string{"Jana", "A-2041", "48,90 €"} {
		parameters = append(parameters, &message.TemplateParameter{Type: "text", Text: text})
	}
	order := &message.Template{
		Name: "order_confirmation", Language: &message.TemplateLanguage{Code: "sk", Policy: "deterministic"},
		Components: []*message.TemplateComponent{
			{Type: "body", Parameters: parameters},
			{Type: "button", SubType: "url", Parameters: parameters[1:2]},
		},
	}
	m := s.sent(s.messages.SendTemplate(t.Context(), to(order)))
	if !strings.HasPrefix(m.Text, "Dobrý deň Jana, ďakujeme za objednávku A-2041. Spolu zaplatíte 48,90 €.") {
		t.Errorf("the phone shows %q", m.Text)
	}
	code := message.NewAuthTemplate(&message.AuthTemplateRequest{Name: "login_code", LanguageCode: "sk", LanguagePolicy: "deterministic", OneTimePassword: "123456"})
	if m := s.sent(s.messages.SendTemplate(t.Context(), to(code))); !strings.HasPrefix(m.Text, "*123456*") {
		t.Errorf("the phone shows %q", m.Text)
	}
}

func TestReadReceipt(t *testing.T) {
	s := open(t)
	answer, err := s.messages.UpdateStatus(t.Context(), &message.StatusUpdateRequest{MessageID: s.hello, Status: message.StatusRead, WithTypingIndicator: true})
	if err != nil || !answer.Success {
		t.Fatalf("got %v, %v", answer, err)
	}
	if m := s.shows(jana, s.hello); m.Status != "read" {
		t.Errorf("Jana's message is %s", m.Status)
	}
}

func TestErrors(t *testing.T) {
	s := open(t)
	send := func(client *message.BaseClient, body string) error {
		_, err := client.SendText(t.Context(), to(&message.Text{Body: body}))
		return err
	}
	stranger := messagesOf(t, reader(s.simulator, func(c *config.Config) { c.AccessToken = "another-token" }))
	e := wantError(t, send(stranger, "Nie"), 190)
	if e.Type != "OAuthException" || e.FBTraceID == "" {
		t.Errorf("got %+v", e)
	}
	forger := messagesOf(t, reader(s.simulator, func(c *config.Config) { c.AppSecret = "another-secret" }))
	wantError(t, send(forger, "Nie"), 100)
	wantError(t, send(s.messages, strings.Repeat("a", 4097)), 100)
	wantError(t, send(s.messages, ""), 100)
	_, err := s.messages.SendText(t.Context(), message.NewRequest("Jana", &message.Text{Body: "Nie"}))
	e = wantError(t, err, 131009)
	if e.Data == nil || e.Data.Details != "Param to is not a valid phone number." || e.Data.MessagingProduct != "whatsapp" {
		t.Errorf("got %+v", e)
	}
	s.fault("error_131056")
	wantError(t, send(s.messages, "raz"), 131056)
	if err := send(s.messages, "dva"); err != nil {
		t.Error(err)
	}
}

// wantError wants the SDK's own error with Meta's code.
func wantError(t *testing.T, err error, code int) *werrors.Error {
	t.Helper()
	var e *werrors.Error
	if !errors.As(err, &e) || e.Code != code {
		t.Fatalf("got error %v, want Meta's with code %d", err, code)
	}
	return e
}
