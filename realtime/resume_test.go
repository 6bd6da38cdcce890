package realtime

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"parley/desk"
)

func TestResumeTellsWhatWasMissedOnce(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	b := o.business(2)
	anna := b.member("anna", desk.Agent)
	b.team(b.channels[1:])
	anna = b.asAgain(anna)
	from := b.last()
	c := b.receive(b.channels[0], "+421900000001", "one")
	b.receive(b.channels[1], "+421900000002", "hidden")
	second := b.receive(b.channels[0], "+421900000001", "two")

	client := o.resumed(anna, from)
	client.reach(b.last())
	want := []string{"contact " + c.Contact.String(), "message " + c.Last.ID.String(), "conversation " + c.ID.String(), "message " + second.Last.ID.String()}
	if diff := cmp.Diff(want, client.heard()); diff != "" {
		t.Errorf("replayed (-want +got):\n%s", diff)
	}
	third := b.receive(b.channels[0], "+421900000001", "three")
	client.until("what came after the replay", has("message", third.Last.ID.String()))
	client.reach(b.last())
	want = append(want, "conversation "+c.ID.String(), "message "+third.Last.ID.String())
	if diff := cmp.Diff(want, client.heard()); diff != "" {
		t.Errorf("heard (-want +got):\n%s", diff)
	}
}

func TestResumeOverManyChunksWhileMoreComes(t *testing.T) {
	t.Parallel()
	o := openOffice(t)
	b := o.business(1)
	from := b.last()
	messages := map[string]bool{}
	receive := func(n int) {
		c := b.receive(b.channels[0], fmt.Sprintf("+4219000%05d", n%70), "x")
		messages[c.Last.ID.String()] = true
	}
	for n := range 150 {
		receive(n)
	}
	client := o.resumed(b.owner, from)
	for n := range 150 {
		receive(n)
	}
	client.reach(b.last())
	seen := map[string]int{}
	for _, s := range client.frames {
		if s.Type == "reset" {
			t.Fatal("reset, though the log has it all")
		}
		for _, ch := range s.Changes {
			if ch.Kind == "message" {
				seen[ch.id()]++
			}
		}
	}
	for id := range messages {
		if seen[id] != 1 {
			t.Errorf("message %s came %d times", id, seen[id])
		}
	}
}

func TestResetWhenTheLogCannotTell(t *testing.T) {
	t.Parallel()
	ctx := context.Background()
	tests := []struct {
		name  string
		limit int64
		setUp func(b *business) (from int64)
	}{
		{"too much", 10, func(b *business) int64 {
			from := b.last()
			for range 10 {
				b.receive(b.channels[0], "+421900000001", "x")
			}
			return from
		}},
		{"too long ago", 1000, func(b *business) int64 {
			from := b.last()
			b.receive(b.channels[0], "+421900000001", "x")
			b.must(b.store.Write(ctx, desk.FromJobs, func(tx desk.Tx) error {
				_, err := tx.Prune(desk.Pruning{ChangesBefore: time.Now().Add(time.Hour)}, 1000)
				return err
			}))
			b.receive(b.channels[0], "+421900000001", "y")
			return from
		}},
		{"everything pruned", 1000, func(b *business) int64 {
			b.must(b.store.Write(ctx, desk.FromJobs, func(tx desk.Tx) error {
				_, err := tx.Prune(desk.Pruning{ChangesBefore: time.Now().Add(time.Hour)}, 1000)
				return err
			}))
			return 0
		}},
		{"from another database", 1000, func(b *business) int64 { return b.last() + 1 }},
		{"other rights meanwhile", 1000, func(b *business) int64 {
			from := b.last()
			b.team(b.channels)
			return from
		}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			t.Parallel()
			o := openOffice(t, func(h *Hub) { h.limits.replayMost = tt.limit })
			b := o.business(1)
			from := tt.setUp(b)
			client := o.connect(b.owner)
			client.last = from
			client.resume()
			client.until("reset", isType("reset"))
			if client.last != b.last() {
				t.Errorf("reset to %d, want %d", client.last, b.last())
			}
			c := b.receive(b.channels[0], "+421900000009", "after")
			client.until("what came after", has("message", c.Last.ID.String()))
		})
	}
}

func TestResumeFromBeyondWhatTheFeedHasRead(t *testing.T) {
	t.Parallel()
	o := openOffice(t, func(h *Hub) { h.limits.pause = 300 * time.Millisecond })
	b := o.business(1)
	client := o.connect(b.owner)
	first := b.receive(b.channels[0], "+421900000001", "one")
	client.until("the message", has("message", first.Last.ID.String()))

	second := b.receive(b.channels[0], "+421900000001", "two") // the feed pauses now
	client.last = b.last()
	client.resume()
	client.until("upto", func(s said) bool { return s.Type == "" && s.Upto != nil })
	third := b.receive(b.channels[0], "+421900000001", "three")
	client.until("the third message", has("message", third.Last.ID.String()))
	for _, s := range client.frames {
		if has("message", second.Last.ID.String())(s) {
			t.Error("what the client had read already came again")
		}
	}
}
