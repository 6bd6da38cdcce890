package whatsapp

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"

	"parley/channel"
	"parley/channel/meta"
	"parley/desk"
)

// maxRef is the length of biz_opaque_callback_data in bytes. It comes back in
// every status of the message, which makes it the witness of a send that got no
// answer.
const maxRef = 512

// Send implements channel.Driver.
func (d *Driver) Send(ctx context.Context, c desk.Connection, ch desk.Channel, m desk.Outgoing) (channel.Receipt, error) {
	e, failure := endpointOf(c)
	if failure != nil {
		return channel.Receipt{}, failure
	}
	path, failure := e.number(ch, "/messages")
	if failure != nil {
		return channel.Receipt{}, failure
	}
	body, ok := compose(m)
	if !ok || len(m.Ref) > maxRef {
		return channel.Receipt{}, &desk.SendError{
			Kind: desk.Permanent, Code: "invalid_message",
			Text: fmt.Sprintf("This message of type %q cannot be sent over WhatsApp: its receiver or its content is missing.", m.Type),
		}
	}
	answer, failure := d.call(ctx, e, http.MethodPost, path, body)
	if failure != nil {
		return channel.Receipt{}, failure
	}
	receipt, ok := readReceipt(answer.Body)
	if !ok {
		return channel.Receipt{}, &desk.SendError{
			Kind: desk.Ambiguous, Code: "answer", Text: textOddAnswer,
			Detail: e.detail(string(answer.Body)),
		}
	}
	receipt.Request = string(body)
	receipt.Response = e.readable(string(answer.Body), maxResponse)
	return receipt, nil
}

// readReceipt reads {contacts:[{input, wa_id?, user_id?}], messages:[{id}]}.
func readReceipt(body []byte) (channel.Receipt, bool) {
	var a struct {
		Contacts []struct {
			WaID   meta.Scalar `json:"wa_id"`
			UserID string      `json:"user_id"`
		} `json:"contacts"`
		Messages []struct {
			ID string `json:"id"`
		} `json:"messages"`
	}
	if json.Unmarshal(meta.Clean(body), &a) != nil || len(a.Messages) == 0 || a.Messages[0].ID == "" {
		return channel.Receipt{}, false
	}
	r := channel.Receipt{ExternalID: a.Messages[0].ID}
	if len(a.Contacts) > 0 {
		r.To = person(string(a.Contacts[0].WaID), a.Contacts[0].UserID, "")
	}
	return r, true
}

// MarkRead implements channel.Driver. "Typing" shows for up to 25 seconds or
// until the next message.
func (d *Driver) MarkRead(ctx context.Context, c desk.Connection, ch desk.Channel, externalID string, typing bool) error {
	e, failure := endpointOf(c)
	if failure != nil {
		return failure
	}
	path, failure := e.number(ch, "/messages")
	if failure != nil {
		return failure
	}
	type indicator struct {
		Type string `json:"type"`
	}
	read := struct {
		Product   string     `json:"messaging_product"`
		Status    string     `json:"status"`
		MessageID string     `json:"message_id"`
		Typing    *indicator `json:"typing_indicator,omitempty"`
	}{Product: "whatsapp", Status: "read", MessageID: externalID}
	if typing {
		read.Typing = &indicator{Type: "text"}
	}
	body, err := json.Marshal(read)
	if err != nil {
		return fmt.Errorf("write read receipt: %w", err)
	}
	if _, failure := d.call(ctx, e, http.MethodPost, path, body); failure != nil {
		return harmless(failure)
	}
	return nil
}
