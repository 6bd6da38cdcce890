package desk

import (
	"context"
	"crypto/rand"
	"encoding/hex"
	"errors"
	"fmt"
	"time"
)

// Checker knows the limits of a kind of channel. Its error is a *Error that
// names the field and the limit.
type Checker interface {
	Check(kind Kind, m Outgoing, media *Media) error
}

// Passwords hashes and verifies. Both are slow on purpose and may be limited in
// how many run at once. Verify takes as long for an empty hash, which matches
// nothing, as for a real one.
type Passwords interface {
	Hash(password string) (string, error)
	Verify(hash, password string) bool
}

// Config of a Desk. Everything but PlainHTTP is required.
type Config struct {
	Store     Store
	Now       func() time.Time
	Check     Checker
	Passwords Passwords

	// PlainHTTP reports whether a host may be called without encryption. Those of
	// this machine may.
	PlainHTTP func(host string) bool
}

// Desk holds the use cases. Its methods may be called from many goroutines.
type Desk struct {
	store     Store
	now       func() time.Time
	check     Checker
	passwords Passwords
	plainHTTP func(host string) bool
	seen      *seen
	lease     Lease // that the writes need
}

// New makes a Desk.
func New(c Config) (*Desk, error) {
	if c.Store == nil || c.Now == nil || c.Check == nil || c.Passwords == nil {
		return nil, errors.New("desk: Config needs Store, Now, Check and Passwords")
	}
	return &Desk{store: c.Store, now: c.Now, check: c.Check, passwords: c.Passwords, plainHTTP: c.PlainHTTP, seen: &seen{}}, nil
}

// Now is the desk's clock, for those who show its time to others.
func (d *Desk) Now() time.Time { return Instant(d.now()) }

// Reader answers questions that need no rule.
func (d *Desk) Reader() Reader { return d.store }

// write runs a use case with one fixed now, if the desk's lease is still held.
func (d *Desk) write(ctx context.Context, q Queue, fn func(tx Tx, now time.Time) error) error {
	return d.store.Write(ctx, q, func(tx Tx) error {
		if err := tx.Hold(d.lease); err != nil {
			return err
		}
		if err := fn(tx, Instant(d.now())); err != nil {
			return err
		}
		return commitAnswer(ctx, tx)
	})
}

// require fails unless the actor's role has the permission.
func (a Actor) require(p Permission) error {
	if !a.Member.Role.May(p) {
		return Errorf(CodeForbidden, "Your role (%s) may not do this. Ask an admin of the workspace.", a.Member.Role)
	}
	return nil
}

// secret returns n random bytes in hex.
func secret(n int) string {
	b := make([]byte, n)
	if _, err := rand.Read(b); err != nil {
		panic(fmt.Sprintf("desk: no randomness: %v", err)) // the system cannot run safely
	}
	return hex.EncodeToString(b)
}
