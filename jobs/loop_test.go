package jobs

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"parley/channel"
	"parley/desk"
)

// look is one run of a loop's work: when it came and what it returns.
type look struct {
	wait  time.Duration
	again bool
	err   error
}

// looped runs a loop whose work answers with looks, and returns when the work
// was done, counted from the start.
func looped(t *testing.T, idle time.Duration, looks []look, meanwhile func(r *Runner, wake chan<- struct{})) []time.Duration {
	t.Helper()
	var at []time.Duration
	synctest.Test(t, func(t *testing.T) {
		r := &Runner{log: slog.New(slog.DiscardHandler), poked: map[string]chan struct{}{"test": make(chan struct{}, 1)}}
		ctx, cancel := context.WithCancel(t.Context())
		start, wake := time.Now(), make(chan struct{}, 1)
		r.loop(ctx, "test", wake, idle, func(context.Context) (time.Duration, bool, error) {
			at = append(at, time.Since(start))
			l := looks[0]
			if looks = looks[1:]; len(looks) == 0 {
				cancel()
			}
			return l.wait, l.again, l.err
		})
		if meanwhile != nil {
			meanwhile(r, wake)
		}
		r.done.Wait()
	})
	return at
}

func TestALoopLooksWhenItIsTime(t *testing.T) {
	got := looped(t, 10*time.Second, []look{
		{again: true},                 // more at once
		{wait: 3 * time.Second},       // in a while
		{wait: time.Hour},             // but never longer than idle
		{},                            // nothing known: idle
		{err: errors.New("a defect")}, // after a pause
		{again: true, err: errors.New("a defect")},
		{},
	}, nil)
	want := []time.Duration{0, 0, 3, 13, 23, 24, 25}
	for i := range want {
		want[i] *= time.Second
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("looked at (-want +got):\n%s", diff)
	}
}

func TestALoopIsWokenAndPoked(t *testing.T) {
	got := looped(t, time.Minute, []look{{}, {}, {}, {}}, func(r *Runner, wake chan<- struct{}) {
		time.Sleep(5 * time.Second) // of the bubble's clock, as all times here
		wake <- struct{}{}
		time.Sleep(2 * time.Second)
		r.Poke()
	})
	want := []time.Duration{0, 5 * time.Second, 7 * time.Second, 67 * time.Second}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("looked at (-want +got):\n%s", diff)
	}
}

func TestNewNeedsItsParts(t *testing.T) {
	o := newOffice(t)
	whole := Config{Desk: o.desk, Drivers: map[desk.Kind]channel.Driver{}, Files: o.files, Logger: slog.New(slog.DiscardHandler)}
	if _, err := New(whole); err != nil {
		t.Error(err)
	}
	for i, strip := range []func(*Config){
		func(c *Config) { c.Desk = nil }, func(c *Config) { c.Drivers = nil }, func(c *Config) { c.Files = nil }, func(c *Config) { c.Logger = nil },
	} {
		c := whole
		strip(&c)
		if _, err := New(c); err == nil {
			t.Errorf("part %d is missing and nobody says so", i)
		}
	}
	o.runner().Stop() // before Start
}

func (o *office) fires() bool {
	o.t.Helper()
	_, again, err := o.jobs.fireDeadlines(o.t.Context())
	o.must(err)
	return again
}

func (o *office) snooze(c desk.ID, d time.Duration) {
	o.t.Helper()
	_, err := o.desk.Snooze(o.t.Context(), o.actor, c, o.clock.Now().Add(d))
	o.must(err)
}

// woken is the id of the event that says so, or 0.
func (o *office) woken(c desk.ID) desk.ID {
	o.t.Helper()
	page, err := o.store.Messages(o.t.Context(), o.actor.Scope, c, desk.Paging{Limit: 10})
	o.must(err)
	for _, row := range page.Items {
		if e := row.Message.Content.Event; e != nil && e.Kind == "woken" {
			return row.Message.ID
		}
	}
	return 0
}

func TestDeadlinesFireInTheirOrder(t *testing.T) {
	o := newOffice(t)
	cs := o.hears(phones(5)...)
	for i, minutes := range []int{3, 1, 2, 90, 1} {
		o.snooze(cs[i], time.Duration(minutes)*time.Minute)
	}
	o.clock.pass(time.Minute - time.Microsecond)
	o.fires()
	if o.woken(cs[1]) != 0 {
		t.Fatal("a deadline fired before its time")
	}
	o.snooze(cs[4], time.Hour) // moved later
	o.clock.pass(5 * time.Minute)
	if o.fires() {
		t.Error("fires again although all that was due is done")
	}
	order := []desk.ID{o.woken(cs[1]), o.woken(cs[2]), o.woken(cs[0])}
	if order[0] == 0 || !slices.IsSorted(order) {
		t.Errorf("the events have the ids %v, want them in due order", order)
	}
	for _, c := range []desk.ID{cs[3], cs[4]} {
		if o.woken(c) != 0 {
			t.Error("a deadline that is not due fired")
		}
	}
	o.clock.pass(2 * time.Hour)
	o.fires()
	if o.woken(cs[3]) == 0 || o.woken(cs[4]) == 0 {
		t.Error("a deadline was lost")
	}
}

// A deadline that was read and then moved says nothing.
func TestADeadlineThatMovedMeanwhileDoesNotFire(t *testing.T) {
	o := newOffice(t)
	c := o.hears("+421905111201")[0]
	o.snooze(c, time.Minute)
	o.clock.pass(time.Minute)
	due, err := o.store.DueDeadlines(t.Context(), o.clock.Now(), 10)
	o.must(err)
	if len(due) != 1 {
		t.Fatalf("%d deadlines are due", len(due))
	}
	o.snooze(c, time.Hour)
	o.must(o.desk.FireDeadline(t.Context(), due[0]))
	if o.woken(c) != 0 {
		t.Error("the old deadline fired")
	}
	o.clock.pass(time.Hour)
	o.fires()
	if o.woken(c) == 0 {
		t.Error("the new deadline was lost")
	}
}

func TestPruningGoesOnWhileThereIsMore(t *testing.T) {
	const hooks = 501
	o := newOffice(t)
	body := o.network.holds()
	o.write(func(tx desk.Tx) error {
		for range hooks {
			if err := tx.AppendHook(desk.Hook{ID: tx.NewID(), Workspace: o.conn.Workspace, Connection: o.conn.ID, ReceivedAt: o.clock.Now(), Body: body, State: desk.HookPending}); err != nil {
				return err
			}
		}
		return nil
	})
	o.drains()
	o.clock.pass(31 * 24 * time.Hour)
	for i, want := range []bool{true, true, false} {
		_, again, err := o.jobs.prune(t.Context())
		o.must(err)
		if again != want {
			t.Fatalf("after batch %d again is %v, want %v", i+1, again, want)
		}
	}
	if ids, err := o.store.HookIDs(t.Context(), 0, 10); err != nil || len(ids) != 0 {
		t.Errorf("%d hooks are left, %v", len(ids), err)
	}
}

// Poke is what makes a moved clock felt at once.
func TestPokedLanesFeelTheClock(t *testing.T) {
	o := newOffice(t)
	o.network.answersAtOnce(true)
	c := o.hears("+421905111201")[0]
	o.starts()
	m := o.drafts(c, desk.Draft{Type: desk.TypeText, Text: "late", SendAt: o.clock.Now().Add(time.Hour)})
	o.is(m, desk.StatusQueued)
	o.clock.pass(time.Hour)
	o.jobs.Poke()
	o.becomes(m, desk.StatusAccepted)
}
