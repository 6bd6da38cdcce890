package metasim

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

// CustomerMessage is what a customer does on the phone.
type CustomerMessage struct {
	// To is the business number or its phone_number_id; it may be empty while
	// there is only one.
	To string `json:"to"`
	// Type is any message type of the webhook: text, image, video, audio,
	// document, sticker, location, contacts, interactive, button, reaction,
	// order, system, request_welcome, edit, revoke, unsupported; or another
	// one, whose Body then goes out as it is. Empty: the type of Body, or text.
	Type string `json:"type"`
	// Text is the body of a text message.
	Text string `json:"-"`
	// Body is what stands under the type's name in the webhook. Media bodies
	// may have data (base64) and mime_type instead of an id; with neither, a
	// built-in sample is sent.
	Body map[string]any `json:"-"`
	// ContextID is the message that is replied to.
	ContextID string `json:"-"`
	// Context, Referral and Identity stand beside the body in the webhook.
	Context  map[string]any `json:"context"`
	Referral map[string]any `json:"referral"`
	Identity map[string]any `json:"identity"`
	// Customer carries what is to be changed on the customer, or set on a new one.
	Customer Customer `json:"-"`
	// ID and At override the random id and the present time.
	ID string    `json:"id"`
	At time.Time `json:"-"`
	// File is media given as bytes instead of base64 in Body.
	File *File `json:"-"`
}

// File is media as bytes.
type File struct {
	Data     []byte
	MIMEType string
	Name     string
}

// reserved are the fields of the control API's form of a message that are not
// a body.
var reserved = []string{"to", "type", "context", "referral", "identity", "id", "timestamp", "name", "bsuid", "username", "hide_phone", "wa_id"}

// UnmarshalJSON reads the form of POST /sim/api/customers/{phone}/messages:
// the body stands under the type's name, text may be a plain string.
func (m *CustomerMessage) UnmarshalJSON(data []byte) error {
	type plain CustomerMessage
	var in struct {
		plain
		Name      *string         `json:"name"`
		BSUID     string          `json:"bsuid"`
		Username  *string         `json:"username"`
		HidePhone *bool           `json:"hide_phone"`
		WAID      *string         `json:"wa_id"`
		Timestamp json.RawMessage `json:"timestamp"`
	}
	dec := json.NewDecoder(bytes.NewReader(data))
	dec.UseNumber()
	if err := dec.Decode(&in); err != nil {
		return err
	}
	*m = CustomerMessage(in.plain)
	m.Customer = Customer{BSUID: in.BSUID, Name: in.Name, Username: in.Username, HidePhone: in.HidePhone, WAID: in.WAID}
	if id := str(m.Context["message_id"]); id != "" {
		m.ContextID = id
	}
	if len(in.Timestamp) > 0 && string(in.Timestamp) != "null" {
		at, err := parseTime(strings.Trim(string(in.Timestamp), `"`))
		if err != nil {
			return err
		}
		m.At = at
	}
	all, fail := decodeObject(data)
	if fail != nil {
		return errors.New("the message is not a JSON object")
	}
	if m.Type == "" {
		var bodies []string
		for key := range all {
			if !slices.Contains(reserved, key) {
				bodies = append(bodies, key)
			}
		}
		switch len(bodies) {
		case 0:
			return errors.New("type is missing: say text, image, location or another message type")
		case 1:
			m.Type = bodies[0]
		default:
			return errors.New("type is missing and several bodies are given: say which is meant")
		}
	}
	switch body := all[m.Type].(type) {
	case nil:
	case string:
		if m.Type != "text" {
			return fmt.Errorf("%s must be an object", m.Type)
		}
		m.Text = body
	case obj:
		m.Body = body
	case []any:
		m.Body = obj{m.Type: body}
	default:
		return fmt.Errorf("%s must be an object", m.Type)
	}
	return nil
}

func parseTime(text string) (time.Time, error) {
	if sec, err := strconv.ParseInt(text, 10, 64); err == nil {
		return time.Unix(sec, 0).UTC(), nil
	}
	at, err := time.Parse(time.RFC3339, text)
	if err != nil {
		return at, fmt.Errorf("timestamp %q is neither Unix seconds nor RFC 3339", text)
	}
	return at.UTC(), nil
}
