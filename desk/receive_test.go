package desk

import (
	"encoding/json"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"
)

// arriving is a first message in a hook that was received at noon.
func arriving(in InboundMessage, providerAt time.Time) inbound {
	return inbound{
		arrival: arrival{
			hook: Hook{ID: 50, Workspace: 9, ReceivedAt: noon}, item: 4,
			channel: Channel{ID: 2, Workspace: 9, Kind: WhatsApp}, update: Update{At: providerAt},
		},
		message: in, id: 60, contact: Contact{ID: 3}, identity: Identity{ID: 4}, now: after(time.Second), newID: counter(70),
	}
}

func TestL05_FirstMessageStartsTheThread(t *testing.T) {
	p := planInbound(arriving(InboundMessage{ExternalID: "wamid.1", Type: TypeText, Text: "Dobrý deň", Opens: true, ReplyTo: "wamid.0"}, after(-time.Minute)))
	c, m := found[AddConversation](t, p).Conversation, found[AddMessage](t, p).Message
	wantMessage := Message{
		ID: 60, Workspace: 9, Conversation: 70, Channel: 2, Contact: 3, Identity: 4, Direction: In, Author: Author{Kind: ByContact, ID: 3},
		Type: TypeText, Text: "Dobrý deň", ExternalID: "wamid.1", ReplyToExt: "wamid.0",
		ProviderAt: after(-time.Minute), CreatedAt: after(time.Second), Order: Order{At: endOf(after(-time.Minute)), Hook: 50, Item: 4},
	}
	if diff := cmp.Diff(wantMessage, m); diff != "" {
		t.Errorf("message (-want +got):\n%s", diff)
	}
	wantConversation := Conversation{
		ID: 70, Workspace: 9, Channel: 2, Contact: 3, State: Open, Waiting: true, WaitingSince: m.Order.At, InboundTotal: 1,
		OpenerAt: after(-time.Minute), LastIn: m.Order.At, LastInID: 60, CreatedAt: m.Order.At,
		Last: LastMessage{ID: 60, Order: m.Order, Direction: In, Type: TypeText, Preview: "Dobrý deň"},
	}
	if diff := cmp.Diff(wantConversation, c); diff != "" {
		t.Errorf("conversation (-want +got):\n%s", diff)
	}
	if len(p) != 2 || len(every[AddConversation](p[:1])) != 1 {
		t.Errorf("the conversation must be stored before its message, and nothing else: %+v", p)
	}
}

func TestL05_NextMessageStaysInTheThread(t *testing.T) {
	s := arriving(InboundMessage{ExternalID: "wamid.2", Type: TypeText, Text: "again", Opens: true}, noon)
	s.thread, s.exists = thread().heard(20, after(-time.Hour)), true
	s.thread.State, s.thread.SnoozedUntil = Snoozed, after(time.Hour)
	p := planInbound(s)
	set := found[SetConversation](t, p)
	if diff := cmp.Diff(s.thread, set.Was); diff != "" {
		t.Errorf("the plan changes another conversation (-loaded +was):\n%s", diff)
	}
	if set.Now.ID != 1 || set.Now.State != Open || set.Now.InboundTotal != 2 {
		t.Errorf("conversation after: %+v", set.Now)
	}
	if got, want := found[ClearDeadline](t, p), (ClearDeadline{DeadlineSnooze, "conversation", 1}); got != want {
		t.Errorf("cleared %+v, want %+v", got, want)
	}
	if m := found[AddMessage](t, p).Message; m.Conversation != 1 {
		t.Errorf("message went to conversation %d", m.Conversation)
	}
}

func TestL03_OnlyOpenersOpenTheWindow(t *testing.T) {
	opened := thread().heard(20, after(-10*time.Hour))
	tests := []struct {
		name string
		in   InboundMessage
		want time.Time
	}{
		{"message", InboundMessage{Type: TypeText, Opens: true}, noon},
		{"button tap", InboundMessage{Type: TypeButton, Opens: true}, noon},
		{"request_welcome", InboundMessage{Type: TypeWelcome, Opens: true}, noon},
		{"call", InboundMessage{Type: TypeSystem, Opens: true}, noon},
		{"system line", InboundMessage{Type: TypeSystem}, opened.OpenerAt},
		{"from the phone app", InboundMessage{Type: TypeText, Echo: true, Opens: true}, opened.OpenerAt},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			tt.in.ExternalID = "wamid.3"
			s := arriving(tt.in, noon)
			s.thread, s.exists = opened, true
			if got := nextOf(t, planInbound(s)).OpenerAt; !got.Equal(tt.want) {
				t.Errorf("opener is %v, want %v", got, tt.want)
			}
		})
	}

	m := said(20, after(-10*time.Hour))
	t.Run("reaction", func(t *testing.T) {
		p := planReaction(m, opened, ReactionNews{Emoji: "👍"}, noon, time.Time{})
		if got := every[SetConversation](p); len(got) != 0 {
			t.Errorf("a reaction changed the conversation: %+v", got)
		}
		if got := messageIn(t, p, m.ID).ReactionIn; got != (Reaction{"👍", noon}) {
			t.Errorf("reaction is %+v", got)
		}
	})
	t.Run("reaction where the workspace says so", func(t *testing.T) {
		if got := nextOf(t, planReaction(m, opened, ReactionNews{Emoji: "👍"}, noon, noon)).OpenerAt; !got.Equal(noon) {
			t.Errorf("opener is %v, want %v", got, noon)
		}
		if p := planReaction(m, opened, ReactionNews{Emoji: "👍"}, after(-11*time.Hour), after(-11*time.Hour)); len(every[SetConversation](p)) != 0 {
			t.Errorf("an old reaction moved the window back: %+v", p)
		}
		if p := planReaction(m, opened, ReactionNews{Emoji: "👍", Echo: true}, noon, noon); len(every[SetConversation](p)) != 0 {
			t.Errorf("our own reaction opened the window: %+v", p)
		}
	})
	t.Run("edit", func(t *testing.T) {
		next := nextOf(t, planEdit(m, opened, EditNews{Message: InboundMessage{Text: "other", Opens: true}}, noon))
		if !next.OpenerAt.Equal(opened.OpenerAt) || next.InboundTotal != 1 || next.Last.Preview != "other" {
			t.Errorf("conversation after an edit: %+v", next)
		}
	})
}

func TestReactionsAndEditsFollowTheProvidersClock(t *testing.T) {
	m := said(20, noon)
	m.Content.Files = []ID{5}
	late := after(-time.Second)

	p := planReaction(m, thread(), ReactionNews{Emoji: "❤"}, after(time.Second), time.Time{})
	m = messageIn(t, p, m.ID)
	if p := planReaction(m, thread(), ReactionNews{Emoji: "👍"}, late, time.Time{}); len(p) != 0 {
		t.Errorf("an older reaction took the newer one's place: %+v", p)
	}
	p = planReaction(m, thread(), ReactionNews{}, after(time.Minute), time.Time{})
	if got := messageIn(t, p, m.ID).ReactionIn; got != (Reaction{"", after(time.Minute)}) {
		t.Errorf("a reaction that was taken back is %+v", got)
	}
	p = planReaction(m, thread(), ReactionNews{Emoji: "🙏", Echo: true}, noon, time.Time{})
	if got := messageIn(t, p, m.ID); got.ReactionOut.Emoji != "🙏" || got.ReactionIn.Emoji != "❤" {
		t.Errorf("our reaction from the phone app: %+v and %+v", got.ReactionIn, got.ReactionOut)
	}

	p = planEdit(m, thread(), EditNews{Message: InboundMessage{Text: "second"}}, after(time.Minute))
	if m = messageIn(t, p, m.ID); m.Text != "second" || !m.EditedAt.Equal(after(time.Minute)) || !slices.Equal(m.Content.Files, []ID{5}) {
		t.Errorf("edited: %+v", m)
	}
	if p := planEdit(m, thread(), EditNews{Message: InboundMessage{Text: "first"}}, after(time.Second)); len(p) != 0 {
		t.Errorf("an older edit took the newer one's place: %+v", p)
	}
}

func TestZ19_EchoIsOurs(t *testing.T) {
	p := planInbound(arriving(InboundMessage{ExternalID: "wamid.4", Echo: true, Type: TypeText, Text: "from the phone"}, noon))
	m, c := found[AddMessage](t, p).Message, found[AddConversation](t, p).Conversation
	if m.Direction != Out || m.Author != (Author{Kind: ByMember}) || m.Status != StatusSent || m.Contact != 3 {
		t.Errorf("echo is %+v", m)
	}
	if c.LastOut.ID != m.ID || c.InboundTotal != 0 || !c.OpenerAt.IsZero() || c.Operator != 0 || c.Assignee != 0 || c.State != Open {
		t.Errorf("conversation that began in the phone app: %+v", c)
	}
}

func TestInboundMediaWaitsToBeFetched(t *testing.T) {
	ref := MediaRef{ProviderID: "123", MIME: "image/jpeg", Name: "roof.jpg"}
	p := planInbound(arriving(InboundMessage{ExternalID: "wamid.5", Type: TypeImage, Media: &ref, Opens: true}, noon))
	f, m := found[AddFile](t, p).File, found[AddMessage](t, p).Message
	want := File{
		ID: 71, Workspace: 9, Channel: 2, Conversation: 70, Message: 60, State: FilePending, Name: "roof.jpg", MIME: "image/jpeg",
		Ref: ref, NextTry: after(time.Second), CreatedAt: after(time.Second),
	}
	if diff := cmp.Diff(want, f); diff != "" {
		t.Errorf("file (-want +got):\n%s", diff)
	}
	if !slices.Equal(m.Content.Files, []ID{f.ID}) {
		t.Errorf("message carries files %v, want %v", m.Content.Files, f.ID)
	}
}

func TestHookFateSumsUpItsItems(t *testing.T) {
	tests := []struct {
		name  string
		tally HookTally
		want  HookState
	}{
		{"nothing in it", HookTally{}, HookIgnored},
		{"all ignored", HookTally{Ignored: 3}, HookIgnored},
		{"all came before", HookTally{Duplicates: 3}, HookDuplicate},
		{"came before or ignored", HookTally{Duplicates: 1, Ignored: 3}, HookDuplicate},
		{"one applied", HookTally{Applied: 1, Duplicates: 3, Ignored: 3}, HookApplied},
		{"one waits for its message", HookTally{Parked: 1, Duplicates: 3, Ignored: 3}, HookApplied},
		{"one failed", HookTally{Failed: 1, Applied: 30, Parked: 2, Duplicates: 3, Ignored: 3}, HookFailed},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := tt.tally.Fate(); got != tt.want {
				t.Errorf("Fate = %q, want %q", got, tt.want)
			}
		})
	}
}

func somePerson(t *rapid.T) Sender {
	text := rapid.String()
	return Sender{
		Phone: text.Draw(t, "phone"), UserID: text.Draw(t, "user"), ParentID: text.Draw(t, "parent"),
		Username: text.Draw(t, "username"), Name: text.Draw(t, "name"),
	}
}

func someRaw(t *rapid.T, label string) json.RawMessage {
	if rapid.Bool().Draw(t, label+" given") {
		raw, err := json.Marshal(rapid.MapOf(rapid.String(), rapid.Int()).Draw(t, label))
		if err != nil {
			t.Fatal(err)
		}
		return raw
	}
	return nil
}

func someNews(t *rapid.T) News {
	text := rapid.String()
	switch rapid.IntRange(0, 3).Draw(t, "kind") {
	case 0:
		n := StatusNews{
			ExternalID: text.Draw(t, "id"), Status: rapid.SampledFrom(reported).Draw(t, "status"), To: somePerson(t),
			Witness: text.Draw(t, "witness"), Pricing: someRaw(t, "pricing"),
		}
		if rapid.Bool().Draw(t, "failed") {
			n.Failure = &SendError{Kind: Permanent, Code: text.Draw(t, "code"), Text: text.Draw(t, "text"), Detail: text.Draw(t, "detail"), Pair: rapid.Bool().Draw(t, "pair")}
		}
		return n
	case 1:
		return ReactionNews{From: somePerson(t), Echo: rapid.Bool().Draw(t, "echo"), ExternalID: text.Draw(t, "id"), Target: text.Draw(t, "target"), Emoji: text.Draw(t, "emoji")}
	case 2:
		in := InboundMessage{
			ExternalID: text.Draw(t, "inner id"), From: somePerson(t), Type: TypeInteractive, Text: text.Draw(t, "text"), ReplyTo: text.Draw(t, "reply to"),
			Opens:   rapid.Bool().Draw(t, "opens"),
			Content: Content{Choice: &Choice{Kind: "flow", Title: text.Draw(t, "title"), Data: someRaw(t, "data")}},
		}
		if rapid.Bool().Draw(t, "media") {
			in.Media = &MediaRef{ProviderID: text.Draw(t, "media id"), Name: text.Draw(t, "file name")}
		}
		return EditNews{From: somePerson(t), ExternalID: text.Draw(t, "id"), Target: text.Draw(t, "target"), Message: in}
	}
	return RevokeNews{From: somePerson(t), Echo: rapid.Bool().Draw(t, "echo"), ExternalID: text.Draw(t, "id"), Target: text.Draw(t, "target")}
}

func TestParkedNewsComesBackAsItWas(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.String()
		want := Update{Account: text.Draw(t, "account"), Channel: text.Draw(t, "channel"), Field: text.Draw(t, "field"), News: someNews(t)}
		if rapid.Bool().Draw(t, "timed") {
			want.At = someTime(t, "at")
		}
		data, err := encodeUpdate(want)
		if err != nil {
			t.Fatalf("encode: %v", err)
		}
		got, err := decodeUpdate(data)
		if err != nil {
			t.Fatalf("decode: %v", err)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Fatalf("parked news (-before +after):\n%s", diff)
		}
	})
}

func TestOnlyNewsAboutMessagesIsParked(t *testing.T) {
	for _, n := range []News{InboundMessage{}, AddressNews{}, PreferenceNews{}, AccountNews{}, IgnoredNews{}, BadNews{}, nil} {
		if data, err := encodeUpdate(Update{News: n}); err == nil {
			t.Errorf("%T was parked as %s", n, data)
		}
	}
	for _, data := range []string{"", "{", "{}", `{"Status":3}`, `[]`} {
		if u, err := decodeUpdate([]byte(data)); err == nil {
			t.Errorf("%q was read as %+v", data, u)
		}
	}
}
