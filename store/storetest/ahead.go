package storetest

import (
	"errors"
	"testing"

	gocmp "github.com/google/go-cmp/cmp"

	"parley/desk"
)

// testAhead: what was locked ahead is loaded as it is now, whatever the transaction
// has written since, and whatever of it was undone.
func testAhead(t *testing.T, e Engine) {
	w := NewWorld(t, e, e.Database(t), 2)
	ch, at := w.Channels[0], w.Clock.Now()
	phones := []string{"+421905000001", "+421905000002", "+421905000003", "+421905000009"} // the last one is a stranger
	var subjects []desk.Subject
	var keys []desk.Identity
	var contacts []desk.ID
	for i, p := range phones {
		keys = append(keys, desk.Identity{Kind: desk.ByPhone, Value: p})
		subjects = append(subjects, desk.Subject{Workspace: ch.Workspace, Channel: ch.ID, Keys: keys[i : i+1]})
		if i < 3 {
			contacts = append(contacts, w.Receive(ch, p, "hello", at).Contact)
		}
	}
	w.Receive(w.Channels[1], phones[0], "hello on another channel", at)
	undone := errors.New("undone")
	type loaded struct {
		Identities []desk.Identity
		Contacts   []desk.Contact
		Threads    []desk.Conversation
	}
	load := func(tx desk.Tx) (l loaded, err error) {
		var errs [2]error
		l.Identities, errs[0] = tx.LockIdentities(ch.Workspace, append(keys, keys...))
		l.Contacts, errs[1] = tx.LockContacts(contacts)
		for _, c := range contacts {
			thread, ok, err := tx.LockThread(ch.ID, c)
			if err != nil {
				return l, err
			}
			if ok {
				l.Threads = append(l.Threads, thread)
			}
		}
		return l, errors.Join(errs[:]...)
	}
	for _, c := range []struct { // one after the other
		what  string
		write func(tx desk.Tx, was loaded) error
	}{
		{"nothing", func(desk.Tx, loaded) error { return nil }},
		{"a thread", func(tx desk.Tx, was loaded) error {
			next := was.Threads[0]
			next.State = desk.Closed
			return tx.Apply(desk.Plan{desk.SetConversation{Was: was.Threads[0], Now: next}})
		}},
		{"a contact", func(tx desk.Tx, was loaded) error {
			next := was.Contacts[1]
			next.Name = "Renamed"
			return tx.Apply(desk.Plan{desk.SetContact{Contact: next}})
		}},
		{"a stranger's address", func(tx desk.Tx, was loaded) error {
			return tx.Apply(desk.Plan{desk.AddIdentity{Identity: desk.Identity{ID: tx.NewID(), Workspace: ch.Workspace, Contact: contacts[0], Kind: desk.ByPhone, Value: phones[3], CreatedAt: at}}})
		}},
		{"an address that went to another", func(tx desk.Tx, was loaded) error {
			next := was.Identities[0]
			next.Contact = contacts[2]
			return tx.Apply(desk.Plan{desk.SetIdentity{Identity: next}})
		}},
		{"a deletion", func(tx desk.Tx, was loaded) error {
			next := was.Threads[0]
			next.DeletedAt = at
			return tx.Apply(desk.Plan{desk.SetConversation{Was: was.Threads[0], Now: next}})
		}},
		{"a merge", func(tx desk.Tx, was loaded) error {
			next := was.Contacts[1]
			next.MergedInto = contacts[2]
			return tx.Apply(desk.Plan{desk.SetContact{Contact: next}})
		}},
	} {
		for _, undo := range []bool{true, false} {
			var got, fresh loaded
			err := w.Write(ctx, desk.FromJobs, func(tx desk.Tx) error {
				if err := tx.LockAhead(subjects); err != nil {
					return err
				}
				was, err := load(tx)
				if err != nil {
					return err
				}
				if err := tx.Nest(func() error {
					err := c.write(tx, was)
					if err == nil {
						got, err = load(tx)
					}
					if err == nil && undo {
						err = undone
					}
					return err
				}); !undo || !errors.Is(err, undone) {
					return err
				}
				got, err = load(tx)
				return err
			})
			if err != nil {
				t.Fatalf("%s: %v", c.what, err)
			}
			w.Do(func(tx desk.Tx) (err error) { fresh, err = load(tx); return err })
			if diff := gocmp.Diff(fresh, got); diff != "" {
				t.Errorf("%s, undone %v: the transaction that locked ahead loads other values (-fresh +got):\n%s", c.what, undo, diff)
			}
		}
	}
}
