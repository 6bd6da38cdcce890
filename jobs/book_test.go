package jobs

import (
	"strings"
	"testing"
	"time"

	"parley/channel"
	"parley/desk"
)

func TestTheAddressBookIsMadeWhenItChanges(t *testing.T) {
	o := newOffice(t)
	o.network.answersAtOnce(true)
	cs := o.hears(phones(2)...)
	o.settles()
	before := o.flaky.listed
	for range 3 {
		m := o.replies(cs[0], "Hello")
		o.settles()
		o.is(m, desk.StatusAccepted)
	}
	o.unread("+421905111299")
	if n := o.flaky.listed - before; n != 0 {
		t.Errorf("the connections were listed %d times although nothing changed", n)
	}

	late, number := o.connects(o.actor, "other secret", "200")
	before = o.flaky.listed
	id := o.delivers(late, o.network.holds(o.line("200", "+421905111300", "to the new number")))
	o.drains()
	if h := o.fate(o.actor, id); h.State != desk.HookApplied {
		t.Errorf("a hook for a new number is %s: %s", h.State, h.Reason)
	}
	o.write(func(tx desk.Tx) error {
		number.RemovedAt = o.clock.Now()
		return tx.SetChannel(number)
	})
	id = o.delivers(late, o.network.holds(o.line("200", "+421905111300", "to the removed number")))
	o.drains()
	if h := o.fate(o.actor, id); h.State != desk.HookIgnored {
		t.Errorf("a hook for a number that was removed is %s: %s", h.State, h.Reason)
	}
	if n := o.flaky.listed - before; n != 2 {
		t.Errorf("the connections were listed %d times, want once after each change", n)
	}
}

// Another process may add and remove numbers, and its word may be lost.
func TestTheAddressBookWithoutWordOfOthers(t *testing.T) {
	o := newOffice(t)
	o.drains()
	o.hears(phones(1)...)
	o.jobs.shelf.changed, o.jobs.shelf.keep = make(chan struct{}), time.Hour
	late, number := o.connects(o.actor, "other secret", "200")
	id := o.delivers(late, o.network.holds(o.line("200", "+421905111300", "to the new number")))
	o.drains()
	if h := o.fate(o.actor, id); h.State != desk.HookApplied {
		t.Errorf("a hook for a new number is %s: %s", h.State, h.Reason)
	}
	o.write(func(tx desk.Tx) error {
		number.RemovedAt = o.clock.Now()
		return tx.SetChannel(number)
	})
	o.jobs.shelf.keep = time.Nanosecond // it is old by now
	id = o.delivers(late, o.network.holds(o.line("200", "+421905111300", "to the removed number")))
	o.drains()
	if h := o.fate(o.actor, id); h.State != desk.HookIgnored {
		t.Errorf("a hook for a number that was removed is %s: %s", h.State, h.Reason)
	}
}

// Without news of changes nothing is kept: the demonstration's script connects
// numbers between two drains.
func TestTheAddressBookIsNotKeptWithoutNews(t *testing.T) {
	o := newOffice(t)
	o.jobs.shelf.changed = nil
	o.drains()
	o.unread("+421905111201")
	late, _ := o.connects(o.actor, "other secret", "200")
	id := o.delivers(late, o.network.holds(o.line("200", "+421905111300", "Hello")))
	o.drains()
	if h := o.fate(o.actor, id); h.State != desk.HookApplied {
		t.Errorf("a hook for a new number is %s: %s", h.State, h.Reason)
	}
}

func TestASealedConnectionStopsNoOther(t *testing.T) {
	o := newOffice(t)
	o.network.answersAtOnce(true)
	o.network.fetch = func(desk.MediaRef) (channel.Download, error) { return download([]byte("bytes")) }
	file := o.attachments(1)[0]
	waits := o.replies(o.threads(o.actor)[0].Conversation.ID, "waits")
	sealed := o.conn
	o.conn, o.channel = o.connects(o.actor, "other secret", "200")
	goes := o.replies(o.hears("+421905111300")[0], "goes")
	o.flaky.sealed = sealed.ID
	o.write(func(tx desk.Tx) error { return tx.SetConnection(o.conn) })

	for range 3 {
		o.settles()
		o.fetches()
		o.clock.pass(time.Second)
	}
	o.is(goes, desk.StatusAccepted)
	o.is(waits, desk.StatusQueued)
	if f := o.file(file); f.State != desk.FilePending || f.Tries != 1 || f.Reason == "" {
		t.Errorf("a file of the sealed connection: %+v", f)
	}
	id := o.delivers(sealed, o.network.holds(o.line("100", "+421905111201", "came before")))
	o.drains()
	if h := o.fate(o.actor, id); h.State != desk.HookApplied {
		t.Errorf("a hook of the sealed connection is %s: %s", h.State, h.Reason)
	}
	if n := strings.Count(o.log.String(), "secrets cannot be read"); n != 1 {
		t.Errorf("the log says %d times that a connection is sealed, want once:\n%s", n, o.log.String())
	}

	o.flaky.sealed = 0
	o.write(func(tx desk.Tx) error { return tx.SetConnection(sealed) })
	o.clock.pass(sealedWait)
	o.settles()
	o.fetches()
	o.is(waits, desk.StatusAccepted)
	if f := o.file(file); f.State != desk.FileStored {
		t.Errorf("a file after the secrets were entered again: %+v", f)
	}
}
