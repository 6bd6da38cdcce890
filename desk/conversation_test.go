package desk

import (
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

func someOrder(t *rapid.T, label string) Order {
	return Order{
		At:   someTime(t, label),
		Hook: ID(rapid.IntRange(100, 103).Draw(t, label+" hook")),
		Item: rapid.IntRange(0, 2).Draw(t, label+" item"),
	}
}

func TestOrderIsTotal(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b, c := someOrder(t, "a"), someOrder(t, "b"), someOrder(t, "c")
		if a.Before(a) {
			t.Fatalf("%v is before itself", a)
		}
		if same := a == b; a.Before(b) == b.Before(a) != same {
			t.Fatalf("%v and %v: before is %v and %v", a, b, a.Before(b), b.Before(a))
		}
		if a.Before(b) && b.Before(c) && !a.Before(c) {
			t.Fatalf("not transitive: %v, %v, %v", a, b, c)
		}
	})
}

func TestOrderComparesFieldByField(t *testing.T) {
	sorted := []Order{
		{At: noon, Hook: 7, Item: 9}, {At: noon, Hook: 8, Item: 0}, {At: noon, Hook: 8, Item: 1},
		{At: after(time.Microsecond), Hook: 1, Item: 0}, {At: after(time.Second), Hook: 0, Item: 0},
	}
	for i, o := range sorted {
		for j, p := range sorted {
			if got := o.Before(p); got != (i < j) {
				t.Errorf("%v before %v = %v", o, p, got)
			}
		}
	}
	elsewhere := Order{At: noon.In(time.FixedZone("CET", 3600)), Hook: 7, Item: 9}
	if sorted[0].Before(elsewhere) || elsewhere.Before(sorted[0]) {
		t.Error("the same instant in another zone is not the same place")
	}
}

// arrivals draws messages with places of their own, and an order of arrival.
func arrivals(t *rapid.T, directions ...Direction) (byPlace, byArrival []Message) {
	for i := range rapid.IntRange(1, 9).Draw(t, "messages") {
		at := someTime(t, "at")
		m := said(ID(100+i), at)
		if rapid.SampledFrom(directions).Draw(t, "direction") == Out {
			m = wrote(ID(100+i), 0, at) // from the phone app: nobody of ours is named
		}
		m.Order.Item = rapid.IntRange(0, 2).Draw(t, "item")
		m.Text = "message " + m.ID.String()
		byPlace = append(byPlace, m)
	}
	byArrival = rapid.Permutation(byPlace).Draw(t, "arrival")
	slices.SortFunc(byPlace, func(a, b Message) int {
		if a.Order.Before(b.Order) {
			return -1
		}
		return 1
	})
	return byPlace, byArrival
}

func arrive(c Conversation, ms []Message) Conversation {
	for i, m := range ms {
		if m.Direction == Out {
			c = c.echoed(m, unanswered(ms[:i], m.Order.second()))
		} else {
			c = c.received(m, true, m.CreatedAt)
		}
	}
	return c
}

func TestC19_LastMessageFollowsTheTimelineNotArrival(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		byPlace, byArrival := arrivals(t, In, Out)
		type facts struct {
			Last, LastOut                ID
			LastIn, CreatedAt, OpenerAt  time.Time
			InboundTotal                 int64
			LastPreview, LastOutPreview  string
			LastPlaceIsMaximum, LastInOK bool
		}
		see := func(c Conversation) facts {
			return facts{
				Last: c.Last.ID, LastOut: c.LastOut.ID, LastIn: c.LastIn, CreatedAt: c.CreatedAt, OpenerAt: c.OpenerAt,
				InboundTotal: c.InboundTotal, LastPreview: c.Last.Preview, LastOutPreview: c.LastOut.Preview,
				LastPlaceIsMaximum: c.Last.Order == byPlace[len(byPlace)-1].Order,
				LastInOK: !slices.ContainsFunc(byPlace, func(m Message) bool {
					return m.Direction == In && m.Order.At.After(c.LastIn)
				}),
			}
		}
		want := see(arrive(thread(), byPlace))
		if !want.LastPlaceIsMaximum || !want.LastInOK || !want.CreatedAt.Equal(byPlace[0].Order.At) {
			t.Fatalf("in timeline order: %+v", want)
		}
		if diff := cmp.Diff(want, see(arrive(thread(), byArrival))); diff != "" {
			t.Fatalf("arrival changes what the lists show (-timeline +arrival):\n%s", diff)
		}
	})
}

func TestReadReceiptNamesTheLastOfABurst(t *testing.T) {
	c := thread()
	for id := ID(20); id < 50; id++ { // an album: 30 pictures in one second
		c = c.heard(id, noon)
	}
	if c.LastInID != 49 {
		t.Errorf("last inbound is %d, want 49, or the ticks of the later ones never turn", c.LastInID)
	}
	if c = c.heard(19, after(-time.Minute)); c.LastInID != 49 {
		t.Errorf("a message that came late became the last inbound: %d", c.LastInID)
	}
}

func TestC22_CreatedIsTheFirstMessage(t *testing.T) {
	c := thread().heard(21, after(time.Minute))
	c = c.heard(20, noon)
	c = c.answered(wrote(22, ann, after(2*time.Minute)), ann)
	if !c.CreatedAt.Equal(noon) {
		t.Errorf("created at %v, want %v", c.CreatedAt, noon)
	}
}

func TestC17_RowTickIsThatOfOurLastMessage(t *testing.T) {
	first, second := wrote(20, ann, noon), wrote(21, ann, after(time.Second))
	c := thread().answered(first, ann).answered(second, ann).heard(22, after(2*time.Second))
	first.Status = StatusRead
	if c = c.refreshed(first); c.LastOut.Status != StatusQueued {
		t.Errorf("news of an older message moved the row's tick to %q", c.LastOut.Status)
	}
	second.Status = StatusDelivered
	if c = c.refreshed(second); c.LastOut.Status != StatusDelivered || c.Last.ID != 22 || c.Last.Status != StatusNone {
		t.Errorf("row shows %q and last message %+v", c.LastOut.Status, c.Last)
	}
}

func TestAttentionPutsThoseWhoWaitFirst(t *testing.T) {
	closing := func(c Conversation) Conversation { // the customer's last opener is much older
		c.OpenerAt = c.OpenerAt.Add(-20 * time.Hour)
		return c
	}
	var (
		soon     = closing(thread().heard(20, after(-time.Hour)))
		later    = thread().heard(21, after(-2*time.Hour))
		latest   = thread().heard(22, noon)
		snoozed  = thread().heard(23, after(time.Second))
		unasked  = thread().needsReply(after(2 * time.Second)) // no opener: due a window after it was marked
		answered = thread().heard(24, after(-time.Hour)).answered(wrote(25, ann, noon), ann)
		older    = thread().heard(26, after(-3*time.Hour)).answered(wrote(27, ann, after(-2*time.Hour)), ann)
		closed   = thread().heard(28, after(-4*time.Hour)).closed(noon)
		empty    = thread()
	)
	snoozed.State = Snoozed
	want := []Conversation{soon, later, latest, snoozed, unasked, answered, older, closed, empty}
	for i := range want[1:] {
		if a, b := want[i].Attention(), want[i+1].Attention(); a >= b {
			t.Errorf("place %d has key %d, not before place %d with %d", i, a, i+1, b)
		}
	}
}

func someConversation(t *rapid.T) Conversation {
	c := thread()
	c.State = rapid.SampledFrom([]State{Open, Snoozed, Closed}).Draw(t, "state")
	c.Waiting = c.State != Closed && rapid.Bool().Draw(t, "waiting")
	c.WaitingSince = someTime(t, "since")
	if rapid.Bool().Draw(t, "opened") {
		c.OpenerAt = someTime(t, "opener")
	}
	c.Last.Order.At = someTime(t, "last")
	c.Assignee = rapid.SampledFrom([]ID{0, ann, bob}).Draw(t, "assignee")
	c.InboundTotal = int64(rapid.IntRange(0, 3).Draw(t, "inbound"))
	c.ReadTotal = int64(rapid.IntRange(0, int(c.InboundTotal)).Draw(t, "read"))
	if rapid.IntRange(0, 5).Draw(t, "deleted") == 0 {
		c.DeletedAt = noon
	}
	return c
}

func TestAttentionKeyFollowsItsRule(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := someConversation(t), someConversation(t)
		due := func(c Conversation) time.Time {
			if c.OpenerAt.IsZero() {
				return c.WaitingSince.Add(ServiceWindow)
			}
			return c.OpenerAt.Add(ServiceWindow)
		}
		var first bool
		switch {
		case a.Waiting && b.Waiting:
			first = due(a).Before(due(b))
		case a.Waiting != b.Waiting:
			first = a.Waiting
		default:
			first = a.Last.Order.At.After(b.Last.Order.At)
		}
		if got := a.Attention() < b.Attention(); got != first {
			t.Fatalf("%+v before %+v = %v, want %v", a, b, got, first)
		}
	})
}

func TestCountersAddUp(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		c := someConversation(t)
		n := map[CounterKind]map[ID]int{CountOpen: {}, CountWaiting: {}, CountUnassigned: {}, CountUnread: {}, CountUnassignedUnread: {}}
		for _, k := range c.Counters() {
			if k.Channel != c.Channel {
				t.Fatalf("counts for channel %d", k.Channel)
			}
			if n[k.Kind][k.Member]++; n[k.Kind][k.Member] > 1 {
				t.Fatalf("counted twice: %+v", k)
			}
			if k.Member != 0 && k.Member != c.Assignee {
				t.Fatalf("counted for member %d, assigned to %d", k.Member, c.Assignee)
			}
		}
		one := func(yes bool) int {
			if yes {
				return 1
			}
			return 0
		}
		here := c.DeletedAt.IsZero()
		open, mine := here && c.State == Open, c.Assignee != 0
		want := map[CounterKind][2]int{ // of the channel, of the assignee
			CountOpen:       {one(open), one(open && mine)},
			CountUnassigned: {one(open && !mine), 0},
			CountWaiting:    {one(here && c.Waiting), one(here && c.Waiting && mine)},
			CountUnread:     {one(open && c.Unread() > 0), one(open && c.Unread() > 0 && mine)},

			CountUnassignedUnread: {one(open && c.Unread() > 0 && !mine), 0},
		}
		for kind, w := range want {
			got := [2]int{n[kind][0], 0}
			if mine {
				got[1] = n[kind][c.Assignee]
			}
			if got != w {
				t.Fatalf("%s: counted %v, want %v for %+v", kind, got, w, c)
			}
		}
	})
	if got := (Conversation{}).Counters(); got != nil {
		t.Errorf("a conversation that is not there counts: %+v", got)
	}
}

func TestHolder(t *testing.T) {
	c := thread()
	if got := c.Holder(); got != HeldByQueue {
		t.Errorf("nobody's conversation is held by %q", got)
	}
	c.Assignee = ann
	if got := c.Holder(); got != HeldByMember {
		t.Errorf("Ann's conversation is held by %q", got)
	}
}

func TestPreview(t *testing.T) {
	long := strings.Repeat("č", 121)
	tests := []struct {
		name string
		m    Message
		want string
	}{
		{"text", Message{Text: "hello"}, "hello"},
		{"120 characters stay whole", Message{Text: long[:240]}, long[:240]},
		{"121 are cut to 120 with the dots", Message{Text: long}, long[:238] + "…"},
		{"never inside a character", Message{Text: strings.Repeat("😀", 200)}, strings.Repeat("😀", 119) + "…"},
		{"caption", Message{Type: TypeImage, Text: "the roof"}, "the roof"},
		{"media without caption", Message{Type: TypeImage}, ""},
		{"buttons", Message{Content: Content{Interactive: &Interactive{Body: "choose"}}}, "choose"},
		{"card", Message{Content: Content{Cards: []Card{{Name: "Ann"}, {Name: "Bob"}}}}, "Ann"},
		{"place", Message{Content: Content{Location: &Location{Name: "Office"}}}, "Office"},
		{"place without a name", Message{Content: Content{Location: &Location{Latitude: 48.1}}}, ""},
		{"withdrawn", Message{Text: "secret", RevokedAt: noon}, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := Preview(tt.m); got != tt.want {
				t.Errorf("Preview = %q, want %q", got, tt.want)
			}
		})
	}
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.String().Draw(t, "text")
		got := Preview(Message{Text: text})
		if n := utf8.RuneCountInString(got); n > previewLength || !utf8.ValidString(got) {
			t.Fatalf("preview of %q has %d characters: %q", text, n, got)
		}
		if utf8.RuneCountInString(text) <= previewLength && got != text {
			t.Fatalf("preview of %q is %q", text, got)
		}
	})
}
