package httpapi

import (
	"context"
	"errors"
	"strings"
	"time"

	"parley/desk"
)

type messageFilter struct {
	ByID
	Paging
}

func (s *API) listMessages(ctx context.Context, a desk.Actor, in *messageFilter) (Page[Message], error) {
	id, err := in.id("The conversation")
	if err != nil {
		return Page[Message]{}, err
	}
	page, err := s.cfg.Desk.Reader().Messages(ctx, a.Scope, id, in.page())
	if err != nil {
		return Page[Message]{}, err
	}
	encode, err := s.messageEncoder(ctx, a)
	return pageOf(page, encode), err
}

func (s *API) messageEncoder(ctx context.Context, a desk.Actor) (func(desk.MessageRow) Message, error) {
	names, err := s.names(ctx, a)
	return func(r desk.MessageRow) Message { return EncodeMessage(r, names) }, err
}

func (s *API) message(ctx context.Context, a desk.Actor, id desk.ID) (Message, error) {
	rows, err := s.cfg.Desk.Reader().MessageRows(ctx, a.Scope, []desk.ID{id})
	if err != nil {
		return Message{}, err
	}
	if len(rows) == 0 {
		return Message{}, notFound("The message")
	}
	encode, err := s.messageEncoder(ctx, a)
	if err != nil {
		return Message{}, err
	}
	return encode(rows[0]), nil
}

// MessageInput is a message to send. What belongs to its type is needed.
type MessageInput struct {
	ClientID    string            `json:"client_id,omitempty" doc:"The sender's own id, unique in the workspace. Sending it again returns the same message; with other content it is refused. Needed, unless there is an Idempotency-Key."`
	Type        MessageType       `json:"type"`
	Text        string            `json:"text,omitempty" doc:"Body or caption."`
	FileID      string            `json:"file_id,omitempty" doc:"An upload of the sender's, for image, video, audio, document and sticker."`
	Voice       bool              `json:"voice,omitempty" doc:"The audio is a voice note."`
	PreviewURL  bool              `json:"preview_url,omitempty" doc:"Show a preview of the first link."`
	Location    *desk.Location    `json:"location,omitempty"`
	Contacts    []desk.Card       `json:"contacts,omitempty" maxItems:"257"`
	Interactive *desk.Interactive `json:"interactive,omitempty"`
	Reaction    *Reaction         `json:"reaction,omitempty"`
	ReplyTo     string            `json:"reply_to,omitempty" doc:"Id of the message to quote."`
	HoldMS      int64             `json:"hold_ms,omitempty" minimum:"0" doc:"How long it can be taken back before it leaves."`
	SendAt      time.Time         `json:"send_at,omitzero" doc:"When it leaves."`
}

type newMessage struct {
	ByID
	Key  string `header:"Idempotency-Key" hidden:"true"`
	Body MessageInput
}

func (in newMessage) draft() (desk.Draft, error) {
	b := in.Body
	d := desk.Draft{
		ClientID: b.ClientID, Type: desk.MessageType(b.Type), Text: b.Text,
		Content: desk.Content{Voice: b.Voice, PreviewURL: b.PreviewURL, Location: b.Location, Cards: b.Contacts, Interactive: b.Interactive},
		Hold:    time.Duration(min(b.HoldMS, maxHoldMS)) * time.Millisecond, SendAt: b.SendAt,
	}
	if d.ClientID == "" {
		d.ClientID = in.Key
	}
	file, err := idField("file_id", "file", b.FileID)
	if err != nil {
		return d, err
	}
	if file != 0 {
		d.Content.Files = []desk.ID{file}
	}
	if b.Reaction != nil {
		target, err := idField("reaction.message_id", "message", b.Reaction.MessageID)
		if err != nil {
			return d, err
		}
		d.Content.Reaction = &desk.React{Target: target, Emoji: b.Reaction.Emoji}
	}
	d.ReplyTo, err = idField("reply_to", "message", b.ReplyTo)
	return d, err
}

// asInput names the input of a request instead of the part of the message that was
// made of it, which is what a channel's check names.
func asInput(err error) error {
	var e *desk.Error
	if !errors.As(err, &e) {
		return err
	}
	field, ofContent := strings.CutPrefix(e.Field, "content.")
	if !ofContent {
		return err
	}
	switch field {
	case "files":
		field = "file_id"
	case "reaction.target":
		field = "reaction.message_id"
	}
	return &desk.Error{Code: e.Code, Message: e.Message, Field: field}
}

// maxHoldMS keeps a hold from overflowing; desk has the real limit.
const maxHoldMS = int64(24 * time.Hour / time.Millisecond)

func (s *API) createMessage(ctx context.Context, a desk.Actor, in *newMessage) (Message, error) {
	id, err := in.id("The conversation")
	if err != nil {
		return Message{}, err
	}
	d, err := in.draft()
	if err != nil {
		return Message{}, err
	}
	m, err := s.cfg.Desk.Reply(ctx, a, id, d)
	if err != nil {
		return Message{}, asInput(err)
	}
	return s.message(ctx, a, m.ID)
}

// NoteInput is an internal note.
type NoteInput struct {
	ClientID string `json:"client_id,omitempty" doc:"The sender's own id; needed, unless there is an Idempotency-Key."`
	Text     string `json:"text"`
}

type newNote struct {
	ByID
	Key  string `header:"Idempotency-Key" hidden:"true"`
	Body NoteInput
}

func (s *API) createNote(ctx context.Context, a desk.Actor, in *newNote) (Message, error) {
	id, err := in.id("The conversation")
	if err != nil {
		return Message{}, err
	}
	client := in.Body.ClientID
	if client == "" {
		client = in.Key
	}
	m, err := s.cfg.Desk.AddNote(ctx, a, id, client, in.Body.Text)
	if err != nil {
		return Message{}, err
	}
	return s.message(ctx, a, m.ID)
}

func (s *API) cancelMessage(ctx context.Context, a desk.Actor, in *ByID) (Message, error) {
	return s.changeMessage(ctx, a, *in, s.cfg.Desk.Cancel)
}

func (s *API) retryMessage(ctx context.Context, a desk.Actor, in *ByID) (Message, error) {
	return s.changeMessage(ctx, a, *in, s.cfg.Desk.Retry)
}

func (s *API) changeMessage(ctx context.Context, a desk.Actor, in ByID, do func(context.Context, desk.Actor, desk.ID) (desk.Message, error)) (Message, error) {
	id, err := in.id("The message")
	if err != nil {
		return Message{}, err
	}
	if _, err := do(ctx, a, id); err != nil {
		return Message{}, err
	}
	return s.message(ctx, a, id)
}
