// Package demo fills a workspace with people and conversations that look lived
// in. It writes no rows of its own: it plays a script through the desk's use
// cases under a clock of the past, with the hooks that a provider would have
// sent, so that what one sees is what the product really does with such a week.
//
// The script lies in script/*.json, one file per language (script.go).
package demo

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"slices"
	"time"

	"parley/desk"
	"parley/metasim"
)

// Password of every member of the demonstration.
const Password = "parley-demo"

// Email of the member as whom one is signed in at first.
const Email = "demo@parley.test"

// Number is one of the business's two phone numbers.
type Number struct {
	Name, Phone, PhoneNumberID string
}

// The demonstration's WhatsApp account. The numbers are from ranges that are
// reserved for fiction where there are such.
const (
	AccountID   = "102290129340398"
	AccessToken = "demo-access-token"
	AppSecret   = "demo-app-secret"
	VerifyToken = "demo-verify-token"
)

// Numbers of the account.
var Numbers = []Number{
	{"Support", "+15550100200", "106540352242922"},
	{"Sales", "+15550100300", "106540352242923"},
}

// Files keeps the bytes of the script's attachments.
type Files interface {
	Save(ctx context.Context, workspace desk.ID, r io.Reader, limit int64) (desk.Stored, error)
}

// Config of a Seed. Everything is required.
type Config struct {
	Desk   *desk.Desk
	Files  Files
	Clock  *Clock
	Drain  func(context.Context) error // gives pending hooks their fate
	APIURL string                      // base address of the simulator's Graph API
}

// Seed makes the workspace, its members and its conversations. On data that has
// a workspace already it fails with desk.CodeConflict and changes nothing.
func Seed(ctx context.Context, c Config) error {
	s, err := Script()
	if err != nil {
		return err
	}
	defer c.Clock.Release()
	now := c.Clock.Now()
	c.Clock.Pin(now.Add(-s.longest() - time.Hour))
	p := &player{Config: c, script: s, now: now, members: map[string]desk.Actor{}, threads: map[string]desk.ID{}}
	if err := p.settle(ctx); err != nil {
		return err
	}
	return p.play(ctx)
}

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
			address := cmp.Or(row.Phone, row.UserID)
			if row.Phone == "" {
				if err := sim.AddCustomer(metasim.Customer{BSUID: row.UserID, Name: &row.ContactName}); err != nil {
					return fmt.Errorf("demo: %s: %w", row.ContactName, err)
				}
			}
			if err := sim.AddHistory(address, numbers[row.Conversation.Channel], &row.ContactName, history(ms.Items)); err != nil {
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
		h := metasim.History{ID: m.ExternalID, Direction: string(m.Direction), Type: string(m.Type), Text: m.Text, At: m.Order.At}
		if m.Direction == desk.Out {
			h.Status = string(m.Status)
		}
		hs = append(hs, h)
	}
	return hs
}

// sampleFile opens one of the script's attachments.
func sampleFile(name string) (fs.File, error) {
	f, err := scripts.Open("script/files/" + name)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("demo: there is no file %q", name), err)
	}
	return f, nil
}
