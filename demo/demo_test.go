package demo_test

import (
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"parley/demo"
	"parley/desk"
)

// talk is a conversation with its timeline, oldest first.
type talk struct {
	desk.Row
	messages []desk.MessageRow
}

func (o office) talks(t *testing.T) []talk {
	t.Helper()
	page, err := o.store.Conversations(t.Context(), o.scope, desk.Filter{Sort: desk.SortRecent, Paging: desk.Paging{Limit: 200}})
	if err != nil {
		t.Fatal(err)
	}
	var all []talk
	for _, row := range page.Items {
		ms, err := o.store.Messages(t.Context(), o.scope, row.Conversation.ID, desk.Paging{Limit: 200})
		if err != nil {
			t.Fatal(err)
		}
		slices.Reverse(ms.Items)
		all = append(all, talk{row, ms.Items})
	}
	return all
}

func TestSeed(t *testing.T) {
	play, err := demo.Script()
	if err != nil {
		t.Fatal(err)
	}
	o := open(t)
	o.seed(t.Context(), t)
	talks := o.talks(t)

	t.Run("the clock runs again", func(t *testing.T) {
		if now := o.config.Clock.Now(); !now.Equal(moment) {
			t.Errorf("the clock says %v, want %v", now, moment)
		}
	})
	t.Run("every customer has one conversation with every line", func(t *testing.T) { linesAreThere(t, o, play, talks) })
	t.Run("nothing is left to do", func(t *testing.T) { nothingIsLeft(t, o) })
	t.Run("the special cases are there", func(t *testing.T) { casesAreThere(t, talks) })
	t.Run("windows are at all stages", func(t *testing.T) { windowsAtAllStages(t, talks) })
	t.Run("everybody finds work", func(t *testing.T) { everybodyFindsWork(t, o, play) })
	t.Run("the simulator agrees", func(t *testing.T) { simulatorAgrees(t, o, talks) })
	t.Run("a second seeding changes nothing", func(t *testing.T) {
		if err := demo.Seed(t.Context(), o.config); desk.CodeOf(err) != desk.CodeConflict {
			t.Errorf("the second seeding: %v, want a conflict", err)
		}
		if again := o.talks(t); len(again) != len(talks) {
			t.Errorf("%d conversations, before %d", len(again), len(talks))
		}
	})
}

func linesAreThere(t *testing.T, o office, play demo.Play, talks []talk) {
	if len(talks) != len(play.Threads) {
		t.Errorf("%d conversations for %d threads", len(talks), len(play.Threads))
	}
	channels, err := o.store.Channels(t.Context(), o.scope.Workspace)
	if err != nil {
		t.Fatal(err)
	}
	for _, th := range play.Threads {
		i := slices.IndexFunc(talks, func(k talk) bool { return k.Phone == th.Phone && k.UserID == th.UserID })
		if i < 0 {
			t.Errorf("%s has no conversation", th.Name)
			continue
		}
		got := talks[i]
		at := slices.IndexFunc(channels, func(c desk.Channel) bool { return c.ID == got.Conversation.Channel })
		if got.ContactName != th.Name || got.Username != th.Username || at < 0 || channels[at].Address != demo.Numbers[th.Number-1].Phone {
			t.Errorf("%s: the conversation is %q (%q) at %v", th.Name, got.ContactName, got.Username, channels)
		}
		var want, have []string
		for _, l := range th.Lines {
			if l.Do == "" {
				want = append(want, l.Text+l.Note)
			}
		}
		for _, m := range got.messages {
			if !m.Message.Order.At.Before(moment) {
				t.Errorf("%s: a message of %v, which is still to come", th.Name, m.Message.Order.At)
			}
			if m.Message.Type == desk.TypeEvent || m.Message.Type == desk.TypeReaction {
				continue
			}
			text := m.Message.Text
			if m.Message.Content.Choice != nil || m.Message.Content.Purchase != nil {
				text = "" // their words stand in the line's body
			}
			have = append(have, text)
		}
		if !slices.Equal(have, want) {
			t.Errorf("%s: the timeline reads\n%q\nwant\n%q", th.Name, have, want)
		}
	}
}

func nothingIsLeft(t *testing.T, o office) {
	ctx := t.Context()
	for _, state := range []desk.HookState{desk.HookPending, desk.HookFailed, desk.HookIgnored, desk.HookDuplicate} {
		page, err := o.store.Hooks(ctx, o.scope.Workspace, state, desk.Paging{Limit: 10})
		if err != nil {
			t.Fatal(err)
		}
		for _, h := range page.Items {
			t.Errorf("hook %v is %s: %s", h.ID, h.State, h.Reason)
		}
	}
	channels, err := o.store.Channels(ctx, o.scope.Workspace)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range channels {
		if due, err := o.store.DueOutbound(ctx, c.ID, moment.Add(time.Hour), 0, 10); err != nil || len(due) > 0 {
			t.Errorf("%s: %d messages or receipts stand in the lane, %v", c.Name, len(due), err)
		}
	}
	if open, err := o.store.UnfinishedOutbound(ctx, desk.Share{All: true}); err != nil || len(open) > 0 {
		t.Errorf("%d sends are under way, %v", len(open), err)
	}
	if files, err := o.store.PendingFiles(ctx, desk.Share{All: true}, moment.Add(time.Hour), 10); err != nil || len(files) > 0 {
		t.Errorf("%d files are still to be fetched, %v", len(files), err)
	}
}

func casesAreThere(t *testing.T, talks []talk) {
	count := map[string]int{}
	for _, k := range talks {
		c := k.Conversation
		for name, is := range map[string]bool{
			"open": c.State == desk.Open, "closed": c.State == desk.Closed, "snoozed": c.State == desk.Snoozed,
			"assigned": c.Assignee != 0, "unassigned and waiting": c.Assignee == 0 && c.Waiting,
			"a burst of unread messages":             c.Unread() >= 3,
			"the window closed while somebody waits": c.Waiting && c.State == desk.Open && !c.Window().OpenAt(moment),
			"a customer without a phone number":      k.Phone == "" && strings.HasPrefix(k.UserID, "GB.") && k.Username != "",
			"a name of 300 characters":               utf8.RuneCountInString(k.ContactName) == 300,
			"a name from right to left":              strings.ContainsAny(k.ContactName, "ابלב"),
			"a long conversation":                    len(k.messages) >= 25,
		} {
			if is {
				count[name]++
			}
		}
		for i, m := range k.messages {
			countMessage(count, m, k.messages[:i])
			for _, f := range m.Files {
				if f.State != desk.FileStored || f.Hash == "" {
					t.Errorf("%s: the file %q is %s", k.ContactName, f.Name, f.State)
				}
				if m.Message.Type == desk.TypeImage {
					if f.Thumb == "" || f.Width == 0 {
						t.Errorf("%s: the picture %q has no preview", k.ContactName, f.Name)
					}
				}
			}
		}
	}
	for name, least := range map[string]int{
		"open": 25, "closed": 15, "snoozed": 2, "assigned": 40, "unassigned and waiting": 6,
		"a burst of unread messages": 4, "the window closed while somebody waits": 2,
		"a customer without a phone number": 1, "a name of 300 characters": 1, "a name from right to left": 2, "a long conversation": 2,
		"in text": 150, "out text": 130, "in image": 8, "out image": 2, "in voice note": 3, "out voice note": 1,
		"out document": 1, "in video": 1, "in sticker": 1, "in location": 2, "out location": 2, "in contacts": 2, "in order": 2,
		"in unsupported poll": 1, "buttons": 3, "list": 2, "the tap on a button of ours": 3, "the row of a list of ours": 2,
		"an ad": 2, "a complaint of 1,000 characters": 1, "a note": 8, "no_reply_needed": 2, "snoozed event": 2, "assigned event": 3,
		"the customer reacts": 8, "a member reacts": 5, "the customer quotes": 1, "a member quotes": 2,
		"sent": 1, "delivered": 3, "read": 100, "played": 1, "failed 131047": 1, "failed 131026": 1,
	} {
		if count[name] < least {
			t.Errorf("%s: %d, want at least %d", name, count[name], least)
		}
	}
}

// countMessage counts what a message shows; before is what precedes it.
func countMessage(count map[string]int, row desk.MessageRow, before []desk.MessageRow) {
	m := row.Message
	kind := string(m.Type)
	switch {
	case m.Content.Voice:
		kind = "voice note"
	case m.Content.Unsupported != nil:
		kind += " " + m.Content.Unsupported.Type
	case m.Content.Event != nil:
		count[m.Content.Event.Kind]++
		count[m.Content.Event.Kind+" event"]++
	}
	count[string(m.Direction)+" "+kind]++
	quoted := func() desk.Message {
		if i := slices.IndexFunc(before, func(r desk.MessageRow) bool { return r.Message.ID == m.ReplyTo }); i >= 0 {
			return before[i].Message
		}
		return desk.Message{}
	}
	switch i := m.Content.Interactive; {
	case i == nil:
	case i.Kind == "button":
		count["buttons"]++
	case i.Kind == "list":
		count["list"]++
	}
	if c := m.Content.Choice; c != nil {
		offered := quoted().Content.Interactive
		switch {
		case offered == nil:
		case c.Kind == "button" && slices.ContainsFunc(offered.Buttons, func(o desk.Option) bool { return o.ID == c.ID && o.Title == c.Title }):
			count["the tap on a button of ours"]++
		case c.Kind == "list" && slices.ContainsFunc(offered.Sections, func(s desk.Section) bool {
			return slices.ContainsFunc(s.Rows, func(o desk.Option) bool { return o.ID == c.ID && o.Title == c.Title })
		}):
			count["the row of a list of ours"]++
		}
	} else if q := quoted(); q.ID != 0 {
		count[map[desk.Direction]string{desk.In: "the customer quotes", desk.Out: "a member quotes"}[m.Direction]]++
	}
	if r := m.Content.Referral; r != nil && r.Headline != "" && r.Body != "" && r.SourceURL != "" && r.ClickID != "" {
		count["an ad"]++
	}
	if m.Direction == desk.In && utf8.RuneCountInString(m.Text) >= 1000 {
		count["a complaint of 1,000 characters"]++
	}
	if m.Type == desk.TypeNote {
		count["a note"]++
	}
	if m.ReactionIn.Emoji != "" && m.Direction == desk.Out {
		count["the customer reacts"]++
	}
	if m.ReactionOut.Emoji != "" && m.Direction == desk.In {
		count["a member reacts"]++
	}
	if m.Direction == desk.Out && m.Type != desk.TypeReaction {
		count[strings.TrimSpace(string(m.Status)+" "+m.ErrorCode)]++
	}
}

func windowsAtAllStages(t *testing.T, talks []talk) {
	var fresh, closing, shut int
	for _, k := range talks {
		w := k.Conversation.Window()
		switch left := w.ClosesAt.Sub(moment); {
		case w.ClosesAt.IsZero():
			t.Errorf("%s never wrote", k.ContactName)
		case left <= 0:
			shut++
		case left <= 2*time.Hour:
			closing++
		case left > 23*time.Hour:
			fresh++
		}
	}
	if fresh < 8 || closing < 4 || shut < 15 || shut > len(talks)/2 {
		t.Errorf("of %d windows %d are fresh, %d close within two hours, %d are shut", len(talks), fresh, closing, shut)
	}
	oldest := slices.MinFunc(talks, func(a, b talk) int { return a.Conversation.CreatedAt.Compare(b.Conversation.CreatedAt) })
	if age := moment.Sub(oldest.Conversation.CreatedAt); age < 14*24*time.Hour || age > 21*24*time.Hour {
		t.Errorf("the oldest conversation is %v old", age)
	}
	for _, k := range talks {
		lostInTheWindow(t, k)
	}
}

// lostInTheWindow looks at an answer that Meta refused for its window: it left in
// time by our count, and the customer waits on.
func lostInTheWindow(t *testing.T, k talk) {
	var wrote time.Time
	for _, m := range k.messages {
		if m.Message.Direction == desk.In {
			wrote = m.Message.Order.At
		}
		if m.Message.ErrorCode != "131047" {
			continue
		}
		if after := m.Message.Order.At.Sub(wrote); after >= desk.ServiceWindow || after < desk.ServiceWindow-5*time.Minute {
			t.Errorf("%s: the lost answer left %v after the customer's message", k.ContactName, after)
		}
		if !k.Conversation.Waiting || m.Message.Status != desk.StatusFailed {
			t.Errorf("%s: waiting %t, message %s", k.ContactName, k.Conversation.Waiting, m.Message.Status)
		}
	}
}

func everybodyFindsWork(t *testing.T, o office, play demo.Play) {
	ctx := t.Context()
	members, err := o.store.Members(ctx, o.scope.Workspace)
	if err != nil {
		t.Fatal(err)
	}
	if len(members) != len(play.Members) {
		t.Errorf("%d members for %d people", len(members), len(play.Members))
	}
	for _, m := range members {
		scope, err := o.desk.ScopeOf(ctx, m)
		if err != nil {
			t.Fatal(err)
		}
		counts, err := o.store.Counters(ctx, scope)
		if err != nil {
			t.Fatal(err)
		}
		if counts.Mine == 0 || counts.Unassigned == 0 || counts.Waiting < counts.WaitingMine {
			t.Errorf("%s: %+v", m.Name, counts)
		}
		if _, err := o.desk.SignIn(ctx, m.Email, demo.Password, 0, "127.0.0.1", "test"); err != nil {
			t.Errorf("%s cannot sign in: %v", m.Name, err)
		}
	}
}

func BenchmarkSeed(b *testing.B) {
	for b.Loop() {
		b.StopTimer()
		o := open(b)
		b.StartTimer()
		o.seed(b.Context(), b)
	}
}
