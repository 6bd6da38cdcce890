package demo

import (
	"cmp"
	"context"
	"fmt"
	"slices"

	"parley/desk"
	"parley/metasim"
)

// threadLength is how much of a conversation a customer's phone shows.
const threadLength = 50

// Teach tells the simulator what its customers wrote and got, as far as the
// workspace knows, so that its windows and phones agree with the desk, also
// after a restart. Of the files, the phones show those that came with the
// program; others are there by name only.
func Teach(ctx context.Context, r desk.Reader, scope desk.Scope, channels []desk.Channel, sim *metasim.Server) error {
	known, err := knownFiles()
	if err != nil {
		return err
	}
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
			past := history(ms.Items, known, row.Conversation.Unread())
			if err := sim.AddHistory(cmp.Or(row.Phone, row.UserID), numbers[row.Conversation.Channel], &row.ContactName, past); err != nil {
				return fmt.Errorf("demo: %s: %w", row.ContactName, err)
			}
		}
		if cursor = page.NextCursor; cursor == "" {
			return nil
		}
	}
}

// history turns a page of messages, newest first, into what a phone shows. The
// customer's latest are unread by the business.
func history(page []desk.MessageRow, known shelf, unread int64) []metasim.History {
	ids := map[desk.ID]string{}
	for _, row := range page {
		ids[row.Message.ID] = row.Message.ExternalID
	}
	var hs []metasim.History
	for _, row := range page {
		m := row.Message
		if m.Direction == desk.Internal || m.ExternalID == "" || m.Type == desk.TypeReaction || m.Status == desk.StatusFailed {
			continue
		}
		h := metasim.History{
			ID: m.ExternalID, Direction: string(m.Direction), Type: phoneType(m.Type), Text: m.Text, Content: body(m), ContextID: ids[m.ReplyTo],
			Reactions: reactions(m), Revoked: !m.RevokedAt.IsZero(), Edited: !m.EditedAt.IsZero(), Status: string(m.Status), At: m.Order.At,
		}
		if m.Direction == desk.In {
			if h.Status = string(desk.StatusRead); unread > 0 {
				h.Status, unread = string(desk.StatusDelivered), unread-1
			}
		}
		if r := m.Content.Referral; r != nil {
			h.Referral = object{"source_type": r.SourceType, "source_url": r.SourceURL, "headline": r.Headline, "body": r.Body}
		}
		if len(row.Files) > 0 {
			h.File = known.file(row.Files[0])
			h.Content["filename"] = row.Files[0].Name
		}
		hs = append(hs, h)
	}
	slices.Reverse(hs)
	return hs
}
