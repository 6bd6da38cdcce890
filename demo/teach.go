package demo

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"

	"parley/desk"
	"parley/metasim"
)

// threadLength is how much of a conversation a customer's phone shows.
const threadLength = 50

// Teach tells the simulator what its customers wrote and got, as far as the
// workspace knows, so that its windows and phones agree with the desk, also
// after a restart.
func Teach(ctx context.Context, r desk.Reader, scope desk.Scope, channels []desk.Channel, sim *metasim.Server) error {
	numbers := map[desk.ID]string{}
	for _, ch := range channels {
		numbers[ch.ID] = ch.Address
	}
	for cursor := ""; ; {
		page, err := r.Conversations(ctx, scope, desk.Filter{Sort: desk.SortRecent, Paging: desk.Paging{Limit: 100, Cursor: cursor}})
		if err != nil {
			return err
		}
		for _, row := range page.Items {
			ms, err := r.Messages(ctx, scope, row.Conversation.ID, desk.Paging{Limit: threadLength})
			if err != nil {
				return err
			}
			if err := sim.AddCustomer(metasim.Customer{Phone: row.Phone, BSUID: row.UserID, Name: &row.ContactName, Username: &row.Username}); err != nil {
				return fmt.Errorf("demo: %s: %w", row.ContactName, err)
			}
			if err := sim.AddHistory(cmp.Or(row.Phone, row.UserID), numbers[row.Conversation.Channel], &row.ContactName, history(ms.Items)); err != nil {
				return fmt.Errorf("demo: %s: %w", row.ContactName, err)
			}
		}
		if cursor = page.NextCursor; cursor == "" {
			return nil
		}
	}
}

// history turns a page of messages, newest first, into what a phone shows.
func history(page []desk.MessageRow) []metasim.History {
	var hs []metasim.History
	for _, row := range slices.Backward(page) {
		m := row.Message
		if m.Direction == desk.Internal || m.ExternalID == "" || m.Type == desk.TypeReaction || m.Status == desk.StatusFailed {
			continue
		}
		h := metasim.History{ID: m.ExternalID, Direction: string(m.Direction), Text: told(row), At: m.Order.At}
		if m.Direction == desk.Out {
			h.Status = string(m.Status)
		}
		if m.Status == desk.StatusDelivered {
			// Simulated customers soon read what is delivered. This is to stay unread
			// until somebody opens the phone.
			h.Status = string(desk.StatusSent)
		}
		hs = append(hs, h)
	}
	return hs
}

// sign stands for what a message was beside its words: the simulator takes the
// past as text.
func sign(t desk.MessageType) string {
	switch t {
	case desk.TypeImage:
		return "📷"
	case desk.TypeVideo:
		return "🎥"
	case desk.TypeAudio:
		return "🎤"
	case desk.TypeDocument:
		return "📄"
	case desk.TypeSticker:
		return "🏕️"
	case desk.TypeLocation:
		return "📍"
	case desk.TypeContacts:
		return "👤"
	case desk.TypeOrder:
		return "🛒"
	case desk.TypeUnsupported:
		return "📊"
	}
	return ""
}

// told is a message of the past in words.
func told(row desk.MessageRow) string {
	words := cmp.Or(row.Message.Text, desk.Preview(row.Message))
	if words == "" && len(row.Files) > 0 {
		words = row.Files[0].Name
	}
	return cmp.Or(strings.TrimSpace(sign(row.Message.Type)+" "+words), "…")
}
