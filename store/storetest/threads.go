package storetest

import (
	"cmp"
	"encoding/json"
	"fmt"
	"slices"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"parley/desk"
	"parley/store"
)

func testThreads(t *testing.T, e Engine) {
	w := NewWorld(t, e, store.Config{}, 2)
	now := w.Clock.Now()
	first := w.Receive(w.Channels[0], "+421905111222", "one", now)
	again := w.Receive(w.Channels[0], "+421905111222", "two", now.Add(time.Second))
	other := w.Receive(w.Channels[1], "+421905111222", "three", now)
	if again.Conversation != first.Conversation || other.Conversation == first.Conversation {
		t.Errorf("threads: got %d, %d and on another channel %d", first.Conversation, again.Conversation, other.Conversation)
	}
	if again.Contact != first.Contact || other.Contact != first.Contact {
		t.Errorf("contacts of one number: got %d, %d, %d", first.Contact, again.Contact, other.Contact)
	}
	var number int64
	w.Do(func(tx desk.Tx) error {
		c, ok, err := tx.LockThread(w.Channels[0].ID, first.Contact)
		if !ok || c.ID != first.Conversation || c.InboundTotal != 2 {
			t.Errorf("thread: got %+v, %v", c, ok)
		}
		number = c.Number
		if of, err := tx.ConversationOf(first.ID); err != nil || of != first.Conversation {
			t.Errorf("conversation of a message: got %d, %v", of, err)
		}
		return err
	})
	if number != 1 {
		t.Errorf("number of the first conversation: got %d, want 1", number)
	}
	w.Change(first.Conversation, func(c *desk.Conversation) { c.DeletedAt, c.Waiting = now, false })
	w.Do(func(tx desk.Tx) error {
		if _, ok, err := tx.LockThread(w.Channels[0].ID, first.Contact); ok || err != nil {
			t.Errorf("thread after it was deleted: got %v, %v", ok, err)
		}
		c, err := tx.LockConversation(first.Conversation)
		if c.DeletedAt.IsZero() {
			t.Error("the deleted conversation cannot be loaded any more")
		}
		if _, err := tx.LockConversation(1 << 40); desk.CodeOf(err) != desk.CodeNotFound {
			t.Errorf("an unknown conversation: got %v", err)
		}
		return err
	})
	fresh := w.Receive(w.Channels[0], "+421905111222", "four", now.Add(time.Hour))
	if fresh.Conversation == first.Conversation {
		t.Error("a deleted conversation was reopened")
	}
	rows := must(w.ConversationRows(ctx, w.All(), []desk.ID{fresh.Conversation, first.Conversation, other.Conversation}))(t)
	if len(rows) != 2 || rows[0].Conversation.ID != fresh.Conversation || rows[1].Conversation.ID != other.Conversation {
		t.Fatalf("rows: got %d, want the two that are not deleted in the order asked for", len(rows))
	}
	if rows[0].Conversation.Number != 3 || rows[0].Kind != desk.WhatsApp || rows[0].Phone != "+421905111222" || rows[0].ContactName != "Customer +421905111222" {
		t.Errorf("row: got %+v", rows[0])
	}
	_, err := w.Messages(ctx, w.All(), first.Conversation, one(10))
	wantCode(t, "messages of a deleted conversation", err, desk.CodeNotFound)
	w.sound()
}

// testUnanswered asks after each message of a story what nobody has answered.
func testUnanswered(t *testing.T, e Engine) {
	w := NewWorld(t, e, store.Config{}, 1)
	now := w.Clock.Now()
	at := func(n int) time.Time { return now.Add(time.Duration(n) * time.Second) }
	first := w.Receive(w.Channels[0], "+421905111222", "one", now)
	w.Receive(w.Channels[0], "+421905333444", "somebody else", at(50))
	check := func(what string, from time.Time, want desk.Unanswered) {
		t.Helper()
		w.Do(func(tx desk.Tx) error {
			got, err := tx.Unanswered(first.Conversation, from)
			if diff := gocmp.Diff(want, got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", what, diff)
			}
			return err
		})
	}
	add := func(m desk.Message, place time.Time, change func(*desk.Message)) desk.Message {
		m.ExternalID, m.Order.At = "", place
		change(&m)
		w.Do(func(tx desk.Tx) error {
			m.ID = tx.NewID()
			return tx.Apply(desk.Plan{desk.AddMessage{Message: m}})
		})
		return m
	}
	ours := func(m *desk.Message) {
		m.Direction, m.Author, m.Status = desk.Out, desk.Author{Kind: desk.ByMember, ID: w.Agent.ID}, desk.StatusSent
	}
	check("one", at(-1), desk.Unanswered{N: 1, Since: at(0)})
	check("from its place on", at(0), desk.Unanswered{N: 1, Since: at(0)})
	check("after its place", at(1), desk.Unanswered{})
	add(first, at(20), func(*desk.Message) {})
	add(first, at(10), func(*desk.Message) {})
	check("three", at(-1), desk.Unanswered{N: 3, Since: at(0)})
	check("the later two", at(5), desk.Unanswered{N: 2, Since: at(10)})
	for _, m := range []desk.MessageType{desk.TypeSystem, desk.TypeWelcome} {
		add(first, at(15), func(x *desk.Message) { x.Type = m })
	}
	add(first, at(30), func(m *desk.Message) { ours(m); m.Author.ID = 0 })
	add(first, at(31), func(m *desk.Message) { ours(m); m.Type = desk.TypeReaction })
	add(first, at(31), func(m *desk.Message) { ours(m); m.Status = desk.StatusFailed })
	add(first, at(31), func(m *desk.Message) { ours(m); m.Direction, m.Type, m.Status = desk.Internal, desk.TypeNote, "" })
	later := add(first, at(32), func(m *desk.Message) { ours(m); m.Status = desk.StatusQueued })
	lane := desk.Outbound{Message: later.ID, Workspace: later.Workspace, Channel: later.Channel, Conversation: later.Conversation, Ref: "r", State: desk.StatusQueued, NotBefore: at(900), Scheduled: true}
	w.Do(func(tx desk.Tx) error { return tx.Apply(desk.Plan{desk.AddOutbound{Outbound: lane}}) })
	check("what is no answer, or not yet", at(5), desk.Unanswered{N: 2, Since: at(10)})
	answerer := func(what string, except, want desk.ID) {
		t.Helper()
		w.Do(func(tx desk.Tx) error {
			got, err := tx.Answerer(first.Conversation, except)
			if got != want {
				t.Errorf("%s: member %d answered last, want %d", what, got, want)
			}
			return err
		})
	}
	answerer("an answer that failed", 0, w.Agent.ID)
	add(first, at(33), func(m *desk.Message) { ours(m); m.Author.ID = w.Owner.ID; m.Status = desk.StatusCancelled })
	answerer("one that was taken back", 0, w.Agent.ID)
	owners := add(first, at(34), func(m *desk.Message) { ours(m); m.Author.ID = w.Owner.ID })
	answerer("another member's", 0, w.Owner.ID)
	answerer("all but the other member's", owners.ID, w.Agent.ID)
	w.Do(func(tx desk.Tx) error {
		m, err := tx.LockMessage(owners.ID)
		m.Status = desk.StatusCancelled
		return cmp.Or(err, tx.Apply(desk.Plan{desk.SetMessage{Message: m}}))
	})
	lane.Attempts, lane.State = 1, desk.StatusAttempting
	w.Do(func(tx desk.Tx) error { return tx.Apply(desk.Plan{desk.SetOutbound{Outbound: lane}}) })
	check("the scheduled message left", at(5), desk.Unanswered{})
	add(first, at(12), func(*desk.Message) {})
	check("an older message that came after it", at(5), desk.Unanswered{N: 1, Since: at(12)})
}

func testClaims(t *testing.T, e Engine) {
	w := NewWorld(t, e, store.Config{}, 2)
	now := w.Clock.Now()
	a, b := w.Channels[0].ID, w.Channels[1].ID
	w.Do(func(tx desk.Tx) error {
		for _, c := range []struct {
			channel desk.ID
			key     string
			message desk.ID
			want    bool
		}{{a, "wamid.1", 5, true}, {a, "wamid.1", 6, false}, {b, "wamid.1", 7, true}, {a, "wamid.2", 0, true}, {a, "WAMID.1", 8, true}} {
			if got, err := tx.ClaimKey(c.channel, c.key, c.message); err != nil || got != c.want {
				t.Errorf("claiming %q on channel %d: got %v, %v, want %v", c.key, c.channel, got, err, c.want)
			}
		}
		return nil
	})
	w.Do(func(tx desk.Tx) error {
		for key, want := range map[string]desk.ID{"wamid.1": 5, "wamid.2": 0} {
			if got, ok, err := tx.MessageByKey(a, key); err != nil || !ok || got != want {
				t.Errorf("message of %s: got %d, %v, %v, want %d", key, got, ok, err, want)
			}
		}
		if _, ok, err := tx.MessageByKey(a, "wamid.3"); ok || err != nil {
			t.Errorf("message of an unknown key: got %v, %v", ok, err)
		}
		for i, want := range []desk.ID{0, 11, 0} {
			ws := []desk.ID{1, 1, 2}[i]
			if used, err := tx.ClaimClientID(ws, "mine", desk.ID(11+i)); err != nil || used != want {
				t.Errorf("client id, try %d: got %d, %v, want %d", i, used, err, want)
			}
		}
		note := desk.StatusNote{Message: 5, Status: desk.StatusSent, At: now, Hook: 3, Pricing: `{"billable":true}`}
		later := note
		later.At, later.Status, later.Code = now.Add(time.Second), desk.StatusFailed, "131047"
		again := later
		again.ExternalID = "wamid.6" // of the second try, within the same second
		for i, want := range []bool{true, false, true, true, false} {
			if got, err := tx.ClaimStatus([]desk.StatusNote{note, note, later, again, again}[i]); err != nil || got != want {
				t.Errorf("status %d: got %v, %v, want %v", i, got, err, want)
			}
		}
		return nil
	})
	w.Do(func(tx desk.Tx) error {
		var want []desk.Parked
		for i := range 3 {
			p := desk.Parked{ID: tx.NewID(), Workspace: w.Workspace.ID, Channel: a, ExternalID: "wamid.9", Hook: 4, Item: 2 - i, Update: []byte{0, byte(i)}, ParkedAt: now}
			want = append(want, p)
			replayed := p
			replayed.ID, replayed.Update = tx.NewID(), []byte("again")
			if err := tx.Apply(desk.Plan{desk.Park{Parked: p}, desk.Park{Parked: replayed}}); err != nil {
				return err
			}
		}
		got, err := tx.Parked(a, "wamid.9")
		if diff := gocmp.Diff(want, got); diff != "" {
			t.Errorf("parked (-want +got):\n%s", diff)
		}
		if err := tx.Apply(desk.Plan{desk.Unpark{ID: want[1].ID}}); err != nil {
			return err
		}
		if got, _ := tx.Parked(a, "wamid.9"); len(got) != 2 {
			t.Errorf("parked after one was joined: got %d, want 2", len(got))
		}
		return err
	})
}

// testTimeline stores messages in an order of arrival that is not theirs.
func testTimeline(t *testing.T, e Engine) {
	w := NewWorld(t, e, store.Config{}, 1)
	now := w.Clock.Now()
	first := w.Receive(w.Channels[0], "+421905111222", "first", now)
	var want []desk.ID
	w.Do(func(tx desk.Tx) error {
		for _, o := range []desk.Order{
			{At: now.Add(time.Second), Hook: 900, Item: 2}, {At: now.Add(time.Second), Hook: 900, Item: 10}, {At: now.Add(time.Second), Hook: 1000, Item: 1},
			{At: now.Add(-time.Hour), Hook: 2000, Item: 0}, {At: now.Add(time.Second + time.Microsecond), Hook: 1, Item: 0},
		} {
			m := first
			m.ID, m.Order, m.ExternalID = tx.NewID(), o, ""
			m.Text = fmt.Sprint(o.Hook, o.Item)
			if err := tx.Apply(desk.Plan{desk.AddMessage{Message: m}}); err != nil {
				return err
			}
			want = append(want, m.ID)
		}
		m := first
		m.ID, m.Type, m.Direction, m.Status, m.ExternalID, m.Order.At = tx.NewID(), desk.TypeReaction, desk.Out, desk.StatusSent, "", now.Add(time.Hour)
		return tx.Apply(desk.Plan{desk.AddMessage{Message: m}})
	})
	// The latest first, without the reaction: the microsecond later, then hook 1000, item 10, item 2,
	// the first one, and the one from an hour ago.
	want = []desk.ID{want[4], want[2], want[1], want[0], first.ID, want[3]}
	for _, limit := range []int{1, 2, 5, 6, 7} {
		var got []desk.ID
		p := one(limit)
		for {
			page := must(w.Messages(ctx, w.All(), first.Conversation, p))(t)
			if len(page.Items) > limit {
				t.Fatalf("page of %d: got %d messages", limit, len(page.Items))
			}
			for _, r := range page.Items {
				got = append(got, r.Message.ID)
			}
			if p.Cursor = page.NextCursor; p.Cursor == "" {
				break
			}
		}
		if diff := gocmp.Diff(want, got); diff != "" {
			t.Errorf("pages of %d (-want +got):\n%s", limit, diff)
		}
	}
}

// testValues proves that each field comes back as it was stored.
func testValues(t *testing.T, e Engine) {
	w := NewWorld(t, e, store.Config{}, 1)
	now := w.Clock.Now()
	later := func(n int) time.Time { return now.Add(time.Duration(n) * time.Microsecond) }
	quoted := w.Receive(w.Channels[0], "+421905111222", "Kedy príde môj balík?", now)
	full := desk.Message{
		Workspace: w.Workspace.ID, Conversation: quoted.Conversation, Channel: quoted.Channel, Contact: quoted.Contact, Identity: 77,
		Direction: desk.Out, Author: desk.Author{Kind: desk.ByMember, ID: w.Agent.ID}, Type: desk.TypeDocument, Text: "Zajtra. 🙂\n\ttab",
		Content:    desk.Content{Voice: true, Location: &desk.Location{Latitude: 48.14816, Longitude: -17.10674, Name: "Bratislava"}, Choice: &desk.Choice{Kind: "flow", Data: json.RawMessage(`{"a":1}`)}},
		ExternalID: "wamid.out", ClientID: "c-1", ReplyTo: quoted.ID, ReplyToExt: quoted.ExternalID,
		Status: desk.StatusFailed, ErrorCode: "131047", ErrorText: "The window is closed.", Flagged: true,
		ReactionIn: desk.Reaction{Emoji: "👍🏽", At: later(1)}, ReactionOut: desk.Reaction{Emoji: "❤️", At: later(2)},
		ProviderAt: later(3), CreatedAt: later(4), EditedAt: later(5), RevokedAt: time.Time{}, Order: desk.Order{At: later(6), Hook: 8, Item: 9}, Version: 1,
	}
	file := desk.File{
		Workspace: w.Workspace.ID, Channel: quoted.Channel, Conversation: quoted.Conversation, State: desk.FileStored, Name: "faktúra.pdf", MIME: "application/pdf",
		Size: 1 << 33, Hash: "abc", Thumb: "def", Width: 3, Height: 4, Ref: desk.MediaRef{ProviderID: "1", URL: "https://x", SHA256: "y", Name: "n"},
		ProviderID: "77", ProviderTill: later(7), Tries: 2, NextTry: later(8), CreatedAt: later(9), Version: 1,
	}
	conv := desk.Conversation{
		Workspace: w.Workspace.ID, Channel: quoted.Channel, State: desk.Snoozed, Assignee: w.Agent.ID, Operator: w.Owner.ID,
		Waiting: true, WaitingSince: later(1), AnsweredBy: 6, EchoedAt: later(10), InboundTotal: 9, ReadTotal: 4, OpenerAt: later(2), SnoozedUntil: later(3),
		Last:    desk.LastMessage{ID: 1, Order: desk.Order{At: later(4), Hook: 5, Item: 6}, Direction: desk.In, Type: desk.TypeAudio, Status: "", Preview: "áno"},
		LastOut: desk.LastMessage{ID: 2, Order: desk.Order{At: later(5), Hook: 6, Item: 7}, Direction: desk.Out, Type: desk.TypeText, Status: desk.StatusRead, Preview: "nie"},
		LastIn:  later(6), LastInID: 1, CreatedAt: later(7), ClosedAt: later(8), Version: 1,
	}
	hook := desk.Hook{
		Workspace: w.Workspace.ID, Connection: w.Conn.ID, ReceivedAt: now, Body: []byte{0, 255, '{'}, State: desk.HookApplied, Reason: "because",
		Tally: desk.HookTally{Items: 15, Next: 14, Applied: 1, Parked: 2, Duplicates: 3, Ignored: 4, Failed: 5}, DoneAt: later(1),
	}
	out := desk.Outbound{
		Workspace: w.Workspace.ID, Channel: quoted.Channel, Conversation: quoted.Conversation, Ref: "ref", State: desk.StatusUnknown, NotBefore: later(1),
		Scheduled: true, Attempts: 2, Failures: 3, Since: later(2), Resent: true, File: true, // as its message does
	}
	attempt := desk.Attempt{Ref: "v1.ref.1", At: now, DoneAt: later(1), Outcome: "accepted", ExternalID: "wamid.out", Code: "1", Request: "req", Response: "res"}
	contact := desk.Contact{Workspace: w.Workspace.ID, Name: "Mária", Profile: "maja", Username: "maja.k", Note: "VIP\nline", Marketing: "stop", CreatedAt: later(1), Version: 1}
	ident := desk.Identity{Workspace: w.Workspace.ID, Kind: desk.ByUserID, Scope: "1001", Value: "SK.123", Retired: true, CreatedAt: later(2)}

	w.Do(func(tx desk.Tx) error {
		full.ID, file.ID, conv.ID, hook.ID, attempt.ID, contact.ID, ident.ID = tx.NewID(), tx.NewID(), tx.NewID(), tx.NewID(), tx.NewID(), tx.NewID(), tx.NewID()
		full.Content.Files = []desk.ID{file.ID}
		file.Message, out.Message, attempt.Message, conv.Contact, ident.Contact = full.ID, full.ID, full.ID, contact.ID, contact.ID
		if err := tx.Apply(desk.Plan{
			desk.AddFile{File: file}, desk.AddMessage{Message: full}, desk.AddOutbound{Outbound: out}, desk.AddAttempt{Attempt: attempt},
			desk.AddContact{Contact: contact}, desk.AddIdentity{Identity: ident}, desk.AddConversation{Conversation: conv},
		}); err != nil {
			return err
		}
		return tx.AppendHook(hook)
	})
	conv.Number = 2
	hook.Body = nil
	w.Do(func(tx desk.Tx) error {
		same(t, "message", full)(tx.LockMessage(full.ID))
		same(t, "file", file)(tx.LockFile(file.ID))
		same(t, "conversation", conv)(tx.LockConversation(conv.ID))
		same(t, "hook", hook)(tx.LockHook(hook.ID))
		same(t, "contact", contact)(tx.LockContact(contact.ID))
		same(t, "identities", []desk.Identity{ident})(tx.Identities(contact.ID))
		got, ok, err := tx.LockOutbound(full.ID)
		same(t, "outbound", out)(got, err)
		if _, elsewhere, err := tx.AttemptByRef(full.Channel+1, attempt.Ref); err != nil || elsewhere {
			t.Errorf("the attempt is found on another channel: %v, %v", elsewhere, err)
		}
		found, ok2, err := tx.AttemptByRef(full.Channel, attempt.Ref)
		same(t, "attempt by its reference", attempt)(found, err)
		if !ok || !ok2 {
			t.Error("outbound or attempt is not there")
		}
		return nil
	})
	same(t, "attempts of a message", []desk.Attempt{attempt})(w.AttemptsOf(ctx, w.All(), full.ID))
	same(t, "contact row", desk.ContactRow{Contact: contact, Identities: []desk.Identity{ident}})(w.Store.Contact(ctx, w.All(), contact.ID))
	row := must(w.MessageRows(ctx, w.All(), []desk.ID{full.ID}))(t)
	same(t, "message row", []desk.MessageRow{{Message: full, Files: []desk.File{file}, Quoted: &desk.Quoted{
		ID: quoted.ID, Direction: desk.In, Author: quoted.Author, Type: desk.TypeText, Preview: quoted.Text,
	}}})(row, nil)

	full.Text, full.Status, full.Flagged, full.ExternalID, full.RevokedAt = "iné", desk.StatusRead, false, "wamid.2", later(9)
	full.Content = desk.Content{Files: full.Content.Files, Forwarded: "often"}
	full.ErrorCode, full.ErrorText, full.ReactionIn, full.ProviderAt = "", "", desk.Reaction{}, later(10)
	file.State, file.Reason, file.Name, file.Tries, file.NextTry = desk.FileFailed, "gone", "x", 3, time.Time{}
	out.State, out.NotBefore, out.Attempts, out.Resent, out.Scheduled = desk.StatusQueued, time.Time{}, 3, false, false
	attempt.Outcome, attempt.Code = "witnessed", ""
	contact.Name, contact.Note, contact.Marketing = "", "", "resume"
	ident.Retired = false
	changed := conv
	changed.State, changed.Assignee, changed.Waiting, changed.Last.Status, changed.Last.Order.At = desk.Closed, 0, false, desk.StatusRead, later(11)
	hook.State, hook.Tally, hook.DoneAt, hook.Reason = desk.HookPending, desk.HookTally{}, time.Time{}, ""
	w.Do(func(tx desk.Tx) error {
		if err := tx.Apply(desk.Plan{
			desk.SetMessage{Message: full}, desk.SetFile{File: file}, desk.SetOutbound{Outbound: out}, desk.SetAttempt{Attempt: attempt},
			desk.SetContact{Contact: contact}, desk.SetIdentity{Identity: ident}, desk.SetConversation{Was: conv, Now: changed},
		}); err != nil {
			return err
		}
		return tx.SetHook(hook, nil)
	})
	full.Version, file.Version, contact.Version, changed.Version = 2, 2, 2, 2
	w.Do(func(tx desk.Tx) error {
		same(t, "changed message", full)(tx.LockMessage(full.ID))
		same(t, "changed file", file)(tx.LockFile(file.ID))
		same(t, "changed conversation", changed)(tx.LockConversation(conv.ID))
		same(t, "changed hook", hook)(tx.LockHook(hook.ID))
		same(t, "changed contact", contact)(tx.LockContact(contact.ID))
		same(t, "changed identities", []desk.Identity{ident})(tx.Identities(contact.ID))
		tried, _, err := tx.AttemptByRef(full.Channel, attempt.Ref)
		same(t, "changed attempt", attempt)(tried, err)
		got, _, err := tx.LockOutbound(full.ID)
		same(t, "changed outbound", out)(got, err)
		return tx.Apply(desk.Plan{desk.DropOutbound{Message: full.ID}})
	})
	for name, op := range map[string]desk.WriteOp{
		"message": desk.SetMessage{Message: desk.Message{ID: 1 << 40}}, "file": desk.SetFile{File: desk.File{ID: 1 << 40}},
		"contact": desk.SetContact{Contact: desk.Contact{ID: 1 << 40}}, "outbound": desk.SetOutbound{Outbound: out},
	} {
		err := w.Write(ctx, desk.FromJobs, func(tx desk.Tx) error { return tx.Apply(desk.Plan{op}) })
		wantCode(t, "changing an unknown "+name, err, desk.CodeNotFound)
	}
}

// same compares a loaded value with what was stored.
func same[T any](t testing.TB, what string, want T) func(T, error) {
	return func(got T, err error) {
		t.Helper()
		if err != nil {
			t.Errorf("%s: %v", what, err)
		} else if diff := gocmp.Diff(want, got); diff != "" {
			t.Errorf("%s (-want +got):\n%s", what, diff)
		}
	}
}

func testContacts(t *testing.T, e Engine) {
	w := NewWorld(t, e, store.Config{}, 2)
	now := w.Clock.Now()
	a := w.Receive(w.Channels[0], "+421905111222", "a", now)
	b := w.Receive(w.Channels[0], "+421905333444", "b", now)
	w.Do(func(tx desk.Tx) error {
		keys := []desk.Identity{{Kind: desk.ByPhone, Value: "+421905333444"}, {Kind: desk.ByUserID, Scope: "1001", Value: "SK.1"}, {Kind: desk.ByPhone, Value: "+421905111222"}, {Kind: desk.ByPhone, Value: "+421905333444"}}
		got, err := tx.LockIdentities(w.Workspace.ID, keys)
		if len(got) != 2 || got[0].Contact != a.Contact || got[1].Contact != b.Contact {
			t.Errorf("identities that exist, in order: got %+v", got)
		}
		found, ferr := tx.FindIdentities(w.Workspace.ID, keys)
		slices.SortFunc(found, func(a, b desk.Identity) int { return cmp.Compare(a.Value, b.Value) })
		if diff := gocmp.Diff(got, found); diff != "" || ferr != nil {
			t.Errorf("the same without a lock: %v (-locked +found):\n%s", ferr, diff)
		}
		for _, load := range []func(desk.ID, []desk.Identity) ([]desk.Identity, error){tx.LockIdentities, tx.FindIdentities} {
			if other, err := load(w.Workspace.ID+1, keys); len(other) != 0 || err != nil {
				t.Errorf("identities of another workspace: got %v, %v", other, err)
			}
			if none, err := load(w.Workspace.ID, nil); len(none) != 0 || err != nil {
				t.Errorf("identities of no keys: got %v, %v", none, err)
			}
		}
		if p, err := tx.Portfolio(w.Channels[0].ID); err != nil || p != w.Conn.Portfolio {
			t.Errorf("portfolio: got %q, %v, want %q", p, err, w.Conn.Portfolio)
		}
		return err
	})
	// c turns out to be b, who turns out to be a: nothing moves.
	c := w.Receive(w.Channels[1], "+421905555666", "c", now)
	version := must(w.ConversationRows(ctx, w.All(), []desk.ID{c.Conversation}))(t)[0].Conversation.Version
	_, before, err := w.ChangeRange(ctx, w.Workspace.ID)
	if err != nil {
		t.Fatal(err)
	}
	for _, m := range [][2]desk.ID{{c.Contact, b.Contact}, {b.Contact, a.Contact}} {
		w.Do(func(tx desk.Tx) error {
			merged, err := tx.LockContact(m[0])
			if err != nil {
				return err
			}
			merged.MergedInto = m[1]
			return tx.Apply(desk.Plan{desk.SetContact{Contact: merged}})
		})
	}
	var want []desk.Identity
	w.Do(func(tx desk.Tx) error {
		locked, err := tx.LockContacts([]desk.ID{c.Contact, b.Contact, c.Contact})
		if err != nil || len(locked) != 3 || locked[0].ID != a.Contact || locked[1].ID != b.Contact || locked[2].MergedInto != b.Contact {
			t.Errorf("contacts and who stands for them, by id: got %+v, %v", locked, err)
		}
		if none, err := tx.LockContacts(nil); err != nil || len(none) != 0 {
			t.Errorf("no contacts: got %+v, %v", none, err)
		}
		for _, of := range []desk.ID{a.Contact, b.Contact, c.Contact} {
			got, err := tx.Identities(of)
			if err != nil {
				return err
			}
			if of == a.Contact {
				want = got
			}
			if diff := gocmp.Diff(want, got); diff != "" || len(got) != 3 {
				t.Errorf("addresses of %d, who is one with two others: got %+v", of, got)
			}
			thread, ok, err := tx.LockThread(w.Channels[1].ID, of)
			if err != nil || !ok || thread.ID != c.Conversation {
				t.Errorf("the thread of %d where only one of them wrote: got %d, %v, %v", of, thread.ID, ok, err)
			}
			thread, ok, err = tx.LockThread(w.Channels[0].ID, of)
			if own := map[desk.ID]desk.ID{a.Contact: a.Conversation, b.Contact: b.Conversation}[of]; err != nil || !ok || own != 0 && thread.ID != own {
				t.Errorf("the thread of %d where two of them wrote: got %d, %v, want %d", of, thread.ID, err, own)
			}
		}
		return nil
	})
	for _, of := range []desk.ID{a.Contact, b.Contact, c.Contact} {
		row := must(w.Store.Contact(ctx, w.All(), of))(t)
		if diff := gocmp.Diff(want, row.Identities); row.Contact.ID != a.Contact || diff != "" {
			t.Errorf("contact %d is shown as %d with %+v", of, row.Contact.ID, row.Identities)
		}
		same(t, "who sees one of their channels", row)(w.Store.Contact(ctx, w.Only(w.Channels[1]), of))
		page := must(w.Store.Conversations(ctx, w.All(), desk.Filter{Contact: of, Sort: desk.SortRecent, Paging: one(10)}))(t)
		if len(page.Items) != 3 {
			t.Errorf("conversations of contact %d: got %d, want those of all three", of, len(page.Items))
		}
		var walked []desk.Row
		for p := one(1); ; {
			next := must(w.Store.Conversations(ctx, w.All(), desk.Filter{Contact: of, Sort: desk.SortRecent, Paging: p}))(t)
			walked = append(walked, next.Items...)
			if p.Cursor = next.NextCursor; p.Cursor == "" {
				break
			}
		}
		if diff := gocmp.Diff(page.Items, walked); diff != "" {
			t.Errorf("conversations of contact %d, one by one (-at once +walked):\n%s", of, diff)
		}
	}
	asked := []desk.ID{c.Contact, a.Contact, 1 << 40}
	for who, want := range map[string]struct {
		scope desk.Scope
		n     int
	}{"all": {w.All(), 2}, "one of their channels": {w.Only(w.Channels[1]), 2}, "none": {w.Only(), 0}, "another workspace": {desk.Scope{Workspace: w.Workspace.ID + 1, All: true}, 0}} {
		got := must(w.ContactRows(ctx, want.scope, asked))(t)
		if len(got) != want.n || want.n > 0 && (got[c.Contact].Contact.ID != a.Contact || got[a.Contact].Contact.ID != a.Contact || len(got[c.Contact].Identities) != 3) {
			t.Errorf("who sees %s sees the contacts %+v", who, got)
		}
	}
	rows := must(w.ConversationRows(ctx, w.All(), []desk.ID{b.Conversation}))(t)
	if got := must(w.ConversationRows(ctx, w.All(), []desk.ID{c.Conversation}))(t)[0]; got.Contact != a.Contact || got.Conversation.Version < version+2 {
		t.Errorf("the conversation of %d, merged into %d, shows %d in version %d, which was %d before two merges", c.Contact, a.Contact, got.Contact, got.Conversation.Version, version)
	}
	told := 0
	for _, ch := range must(w.Changes(ctx, w.Workspace.ID, before, 100))(t) {
		if ch.Kind == desk.ConversationChanged && ch.Subject == c.Conversation {
			told++
		}
	}
	if told != 2 {
		t.Errorf("two merges were told of the conversation %d times", told)
	}
	if rows[0].ContactName != "Customer +421905111222" {
		t.Errorf("the conversation of a merged contact shows %q, want who stands for it", rows[0].ContactName)
	}
	for _, q := range []string{"333444", "421905111222", "555666"} {
		found := must(w.SearchContacts(ctx, w.All(), q, 10))(t)
		if len(found) != 1 || found[0].Contact.ID != a.Contact {
			t.Errorf("searching %q after merging: got %+v", q, found)
		}
	}
	for _, scope := range []desk.Scope{w.All(), w.Only(w.Channels...)} {
		if page := must(w.Contacts(ctx, scope, one(10)))(t); len(page.Items) != 1 || page.Items[0].Contact.ID != a.Contact || len(page.Items[0].Identities) != 3 {
			t.Errorf("contacts after merging: got %+v, want the one who stands for all", page.Items)
		}
	}
	for _, f := range []desk.Filter{{Text: "333444"}, {Text: "555666"}, {Text: "333444", Contact: c.Contact}} {
		f.Limit = 10
		if page := must(w.Store.Conversations(ctx, w.All(), f))(t); len(page.Items) != 3 {
			t.Errorf("conversations by a number of the person, %+v: got %d, want all three", f, len(page.Items))
		}
	}
	err = w.Write(ctx, desk.FromJobs, func(tx desk.Tx) error {
		return tx.Apply(desk.Plan{desk.AddIdentity{Identity: desk.Identity{ID: tx.NewID(), Workspace: w.Workspace.ID, Contact: b.Contact, Kind: desk.ByPhone, Value: "+421905111222"}}})
	})
	wantCode(t, "an address that is taken", err, desk.CodeConflict)
	w.sound()
}

// testRetired proves that a list shows no number that is not the customer's any more.
func testRetired(t *testing.T, e Engine) {
	w := NewWorld(t, e, store.Config{}, 1)
	m := w.Receive(w.Channels[0], "+421905111222", "hello", w.Clock.Now())
	w.Do(func(tx desk.Tx) error {
		i := desk.Identity{ID: tx.NewID(), Workspace: w.Workspace.ID, Contact: m.Contact, Kind: desk.ByPhone, Value: "+421905999999", CreatedAt: w.Clock.Now()}
		if err := tx.Apply(desk.Plan{desk.AddIdentity{Identity: i}}); err != nil {
			return err
		}
		i.Retired = true
		return tx.Apply(desk.Plan{desk.SetIdentity{Identity: i}})
	})
	row := must(w.ConversationRows(ctx, w.All(), []desk.ID{m.Conversation}))(t)[0]
	if row.Phone != "+421905111222" || row.ContactName != "Customer +421905111222" {
		t.Errorf("after a later number was retired the conversation is with %s, %q", row.Phone, row.ContactName)
	}
}
