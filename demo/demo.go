// Package demo fills a workspace with people and conversations that look lived
// in. It writes no rows of its own: it plays a script through the desk's use
// cases under a clock of the past, with the hooks that a provider would have
// sent, so that what one sees is what the product really does with such a week.
//
// The script lies in script/*.json, one file per language (script.go).
package demo

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"time"

	"parley/desk"
)

// Password of every member of the demonstration.
const Password = "parley-demo"

// Email of the member as whom one is signed in at first.
const Email = "demo@parley.test"

// Number is one of the business's two phone numbers. Used is how many service
// messages of the month's free allowance the simulator counts as gone.
type Number struct {
	Name, Phone, PhoneNumberID string
	Used                       int
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
	{"Support", "+15550100200", "106540352242922", 985},
	{"Sales", "+15550100300", "106540352242923", 120},
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
	now := c.Clock.Now().Truncate(time.Second) // providers tell time in seconds
	c.Clock.Pin(now.Add(-s.longest() - time.Hour))
	p := &player{
		Config: c, script: s, now: now,
		members: map[string]desk.Actor{}, threads: map[string]desk.ID{}, newest: map[string]desk.ID{}, messages: map[string]desk.ID{},
		unread: map[string]bool{}, owed: map[Number][]any{},
	}
	if err := p.settle(ctx); err != nil {
		return err
	}
	return p.play(ctx)
}

// sampleFile opens one of the script's attachments.
func sampleFile(name string) (fs.File, error) {
	f, err := scripts.Open("script/files/" + name)
	if err != nil {
		return nil, errors.Join(fmt.Errorf("demo: there is no file %q", name), err)
	}
	return f, nil
}
