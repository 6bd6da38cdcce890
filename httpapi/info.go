package httpapi

import (
	"context"
	"encoding/json"
	"time"

	"parley/desk"
)

// MessageInfo is what went between us and the provider about a message.
type MessageInfo struct {
	ID         string       `json:"id"`
	ClientID   *string      `json:"client_id"`
	ExternalID *string      `json:"external_id"`
	Attempts   []Attempt    `json:"attempts" doc:"Each try to send it, the first one first."`
	Statuses   []StatusNote `json:"statuses" doc:"What the provider reported."`
}

// Attempt is one try to send a message.
type Attempt struct {
	Ref        string     `json:"ref" doc:"What the provider returns with each status."`
	At         time.Time  `json:"at"`
	DoneAt     *time.Time `json:"done_at"`
	Outcome    *string    `json:"outcome" doc:"accepted, refused, unknown or witnessed; null while it runs."`
	ExternalID *string    `json:"external_id"`
	Code       *string    `json:"code" doc:"The provider's error code."`
	Request    string     `json:"request" doc:"The body that was sent."`
	Response   string     `json:"response" doc:"The body that came back."`
}

// StatusNote is one status as the provider reported it.
type StatusNote struct {
	Status  MessageStatus   `json:"status"`
	At      time.Time       `json:"at"`
	Code    *string         `json:"code"`
	Pricing json.RawMessage `json:"pricing" doc:"As the provider sent it; null when it sent none."`
	HookID  *string         `json:"hook_id" doc:"The hook that brought it."`
}

func (s *API) getMessageInfo(ctx context.Context, a desk.Actor, in *ByID) (MessageInfo, error) {
	id, err := in.id("The message")
	if err != nil {
		return MessageInfo{}, err
	}
	r := s.cfg.Desk.Reader()
	rows, err := r.MessageRows(ctx, a.Scope, []desk.ID{id})
	if err != nil {
		return MessageInfo{}, err
	}
	if len(rows) == 0 {
		return MessageInfo{}, notFound("The message")
	}
	attempts, err := r.AttemptsOf(ctx, a.Scope, id)
	if err != nil {
		return MessageInfo{}, err
	}
	notes, err := r.StatusNotes(ctx, a.Scope, id)
	m := rows[0].Message
	return MessageInfo{
		ID: m.ID.String(), ClientID: orNil(m.ClientID), ExternalID: orNil(m.ExternalID),
		Attempts: encodeAll(attempts, encodeAttempt), Statuses: encodeAll(notes, encodeStatusNote),
	}, err
}

func encodeAttempt(t desk.Attempt) Attempt {
	return Attempt{
		Ref: t.Ref, At: t.At, DoneAt: timeOrNil(t.DoneAt), Outcome: orNil(t.Outcome),
		ExternalID: orNil(t.ExternalID), Code: orNil(t.Code), Request: t.Request, Response: t.Response,
	}
}

func encodeStatusNote(n desk.StatusNote) StatusNote {
	e := StatusNote{Status: MessageStatus(n.Status), At: n.At, Code: orNil(n.Code), HookID: idOrNil(n.Hook)}
	if json.Valid([]byte(n.Pricing)) {
		e.Pricing = json.RawMessage(n.Pricing)
	}
	return e
}
