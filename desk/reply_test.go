package desk

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

// replying is Ann's reply an hour after the customer wrote.
func replying(dr Draft) reply {
	if dr.Type == "" {
		dr.Type, dr.Text = TypeText, "good day"
	}
	dr.ClientID = "mine"
	return reply{
		actor: Actor{Member: Member{ID: ann, Workspace: 9, Role: Agent}}, draft: dr, id: 40,
		conversation: thread().heard(20, noon), kind: WhatsApp, now: after(time.Hour),
	}
}

func planned(t *testing.T, s reply) Plan {
	t.Helper()
	p, err := planReply(s, anything{})
	if err != nil {
		t.Fatalf("reply: %v", err)
	}
	return p
}

func TestReplyIsQueuedAndShownAtOnce(t *testing.T) {
	s := replying(Draft{})
	s.quoted = Message{ID: 20, ExternalID: "wamid.20"}
	p := planned(t, s)
	want := Message{
		ID: 40, Workspace: 9, Conversation: 1, Channel: 2, Contact: 3, Direction: Out, Author: Author{ByMember, ann},
		Type: TypeText, Text: "good day", ClientID: "mine", ReplyTo: 20, ReplyToExt: "wamid.20", Status: StatusQueued,
		CreatedAt: after(time.Hour), Order: Order{At: after(time.Hour), Hook: 40},
	}
	if diff := cmp.Diff(want, found[AddMessage](t, p).Message); diff != "" {
		t.Errorf("message (-want +got):\n%s", diff)
	}
	next := nextOf(t, p)
	if next.Waiting || next.AnsweredBy != 40 || next.Operator != ann || next.Assignee != ann || next.Last.ID != 40 || next.LastOut.Status != StatusQueued || next.Unread() != 0 {
		t.Errorf("conversation after: %+v", next)
	}
	var out, receipt Outbound
	for _, op := range every[AddOutbound](p) {
		if op.Outbound.Receipt == "" {
			out = op.Outbound
		} else {
			receipt = op.Outbound
		}
	}
	if len(out.Ref) != 32 {
		t.Errorf("reference %q is not 128 random bits", out.Ref)
	}
	out.Ref = ""
	if want := (Outbound{Message: 40, Workspace: 9, Channel: 2, Conversation: 1, State: StatusQueued, Since: after(time.Hour)}); out != want {
		t.Errorf("lane: %+v, want %+v", out, want)
	}
	if want := (Outbound{Message: 20, Workspace: 9, Channel: 2, Conversation: 1, State: StatusQueued, Since: after(time.Hour), Receipt: ReceiptRead}); receipt != want {
		t.Errorf("receipt: %+v, want %+v", receipt, want)
	}
	if s.conversation.ReadTotal = s.conversation.InboundTotal; len(every[AddOutbound](planned(t, s))) != 1 {
		t.Error("a receipt was sent although all was read before")
	}
}

func TestC43_ReplyOutsideTheWindowIsRefused(t *testing.T) {
	tests := []struct {
		name  string
		setup func(*reply)
		want  string // "" means it is taken
	}{
		{"at 23:59:59.999999", func(s *reply) { s.now = after(24*time.Hour - time.Microsecond) }, ""},
		{"at 24:00:00", func(s *reply) { s.now = after(24 * time.Hour) }, "more than 24 hours ago"},
		{"the customer never wrote", func(s *reply) { s.conversation = thread() }, "has not written yet"},
		{"held past the end", func(s *reply) { s.now = after(24*time.Hour - second); s.draft.Hold = second }, ""},
		{"held after the end", func(s *reply) { s.now = after(24 * time.Hour); s.draft.Hold = second }, "more than 24 hours ago"},
		{"scheduled past the end", func(s *reply) { s.draft.SendAt = after(24 * time.Hour) }, "would leave after"},
		{"scheduled until just before the end", func(s *reply) { s.draft.SendAt = after(24*time.Hour - time.Microsecond) }, ""},
		{"a reaction", func(s *reply) {
			s.draft = Draft{ClientID: "mine", Type: TypeReaction, Content: Content{Reaction: &React{Target: 20, Emoji: "👍"}}}
			s.now = after(25 * time.Hour)
		}, "more than 24 hours ago"},
		{"a channel without a window", func(s *reply) { s.kind, s.now = Webchat, after(100*time.Hour) }, ""},
		{"closed by a member, but the window is open", func(s *reply) { s.conversation = s.conversation.closed(noon) }, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := replying(Draft{})
			tt.setup(&s)
			p, err := planReply(s, anything{})
			if tt.want == "" {
				if err != nil {
					t.Fatalf("refused: %v", err)
				}
				if !s.conversation.Window().OpenAt(found[AddMessage](t, p).Message.CreatedAt) && s.kind == WhatsApp {
					t.Error("taken outside the window")
				}
				return
			}
			if CodeOf(err) != CodeWindowClosed || !strings.Contains(err.Error(), tt.want) {
				t.Errorf("error is %v, want %s with %q", err, CodeWindowClosed, tt.want)
			}
			if p != nil {
				t.Errorf("refused, but plans %+v", p)
			}
		})
	}
}

func TestC43_HoldDoesNotMissTheWindow(t *testing.T) {
	tests := []struct {
		name       string
		left, wish time.Duration
		kind       Kind
		want       time.Duration
	}{
		{"much is left", time.Hour, minute, WhatsApp, minute},
		{"a minute is left", minute, 5 * second, WhatsApp, 5 * second},
		{"under a minute is left", minute - time.Microsecond, 5 * second, WhatsApp, 0},
		{"an instant is left", time.Microsecond, time.Microsecond, WhatsApp, 0},
		{"the longest hold, and time for its lane", 70 * second, minute, WhatsApp, minute},
		{"the longest hold, and no time for its lane", 70*second - time.Microsecond, minute, WhatsApp, 0},
		{"nothing to hold", second, 0, WhatsApp, 0},
		{"a channel without a window", second, minute, Webchat, minute},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := replying(Draft{Hold: tt.wish})
			s.kind, s.now = tt.kind, after(24*time.Hour-tt.left)
			s.conversation.ReadTotal = s.conversation.InboundTotal
			out := found[AddOutbound](t, planned(t, s)).Outbound
			if want := s.now.Add(tt.want); tt.want == 0 && !out.NotBefore.IsZero() || tt.want != 0 && !out.NotBefore.Equal(want) {
				t.Errorf("not before %v, want a hold of %v from %v", out.NotBefore, tt.want, s.now)
			}
			if refused := mayLeave(s.conversation, Channel{Kind: tt.kind}, out, s.now.Add(tt.want)); refused != nil {
				t.Errorf("when the hold ends: %v", refused)
			}
		})
	}
}

func TestHoldAndSchedule(t *testing.T) {
	now := after(time.Hour)
	tests := []struct {
		name      string
		hold      time.Duration
		sendAt    time.Time
		notBefore time.Time
		scheduled bool
	}{
		{"at once", 0, time.Time{}, time.Time{}, false},
		{"held", 10 * second, time.Time{}, now.Add(10 * second), false},
		{"scheduled", 0, now.Add(time.Hour), now.Add(time.Hour), true},
		{"scheduled and held", 10 * second, now.Add(time.Hour), now.Add(time.Hour), true},
		{"scheduled within the hold", 10 * second, now.Add(5 * second), now.Add(10 * second), false},
		{"scheduled in the past", 0, now.Add(-time.Hour), time.Time{}, false},
		{"scheduled in the past and held", 10 * second, now.Add(-time.Hour), now.Add(10 * second), false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			s := replying(Draft{Hold: tt.hold, SendAt: tt.sendAt})
			s.conversation.ReadTotal = s.conversation.InboundTotal
			p := planned(t, s)
			out := found[AddOutbound](t, p).Outbound
			if !out.NotBefore.Equal(tt.notBefore) || out.Scheduled != tt.scheduled {
				t.Errorf("not before %v, scheduled %v; want %v, %v", out.NotBefore, out.Scheduled, tt.notBefore, tt.scheduled)
			}
			next := nextOf(t, p)
			if next.Waiting != tt.scheduled {
				t.Errorf("waiting = %v: only a scheduled message leaves the customer waiting", next.Waiting)
			}
			if next.Last.ID != 40 {
				t.Error("the message is not the last in the list")
			}
		})
	}
}

func TestReplyTakesItsFile(t *testing.T) {
	s := replying(Draft{Type: TypeImage, Content: Content{Files: []ID{5}}})
	s.file = File{ID: 5, Workspace: 9, Uploader: ann, State: FileStored, Name: "roof.jpg", MIME: "image/jpeg", Size: 7}
	var seen Outgoing
	var media *Media
	p, err := planReply(s, checkFunc(func(kind Kind, o Outgoing, m *Media) error { seen, media = o, m; return nil }))
	if err != nil {
		t.Fatal(err)
	}
	if f := found[SetFile](t, p).File; f.Message != 40 || f.Conversation != 1 || f.Channel != 2 {
		t.Errorf("file is %+v", f)
	}
	if diff := cmp.Diff(&Media{MIME: "image/jpeg", Size: 7, Name: "roof.jpg"}, media); diff != "" {
		t.Errorf("checked file (-want +got):\n%s", diff)
	}
	if seen.Type != TypeImage || seen.Media == nil || seen.Media.Name != "roof.jpg" {
		t.Errorf("checked message: %+v", seen)
	}
}

type checkFunc func(Kind, Outgoing, *Media) error

func (f checkFunc) Check(kind Kind, o Outgoing, m *Media) error { return f(kind, o, m) }

func TestReplyObeysTheChannelsLimits(t *testing.T) {
	limit := Invalid("text", "This is too long.")
	p, err := planReply(replying(Draft{}), checkFunc(func(Kind, Outgoing, *Media) error { return limit }))
	if !errors.Is(err, limit) || p != nil {
		t.Errorf("plan %+v, error %v", p, err)
	}
}

func TestReactionShowsOnItsTarget(t *testing.T) {
	s := replying(Draft{Type: TypeReaction, Content: Content{Reaction: &React{Target: 20, Emoji: "👍"}}})
	s.target = said(20, noon)
	s.target.ExternalID, s.target.ReactionIn = "wamid.20", Reaction{"🙂", noon}
	var checked Outgoing
	p, err := planReply(s, checkFunc(func(_ Kind, o Outgoing, _ *Media) error { checked = o; return nil }))
	if err != nil {
		t.Fatal(err)
	}
	if checked.Target != "wamid.20" {
		t.Errorf("the channel is asked about target %q", checked.Target)
	}
	if got := messageIn(t, p, 20); got.ReactionOut != (Reaction{"👍", after(time.Hour)}) || got.ReactionIn.Emoji != "🙂" {
		t.Errorf("target: %+v", got)
	}
	if got := every[SetConversation](p); len(got) != 0 {
		t.Errorf("a reaction changed the conversation: %+v", got)
	}
}

func TestDraftCheckNamesTheField(t *testing.T) {
	long := strings.Repeat("x", maxClientID+1)
	tests := []struct {
		name  string
		draft Draft
		field string // "" means it is fine
	}{
		{"text", Draft{ClientID: "a", Type: TypeText, Text: "hello"}, ""},
		{"no client id", Draft{Type: TypeText, Text: "hello"}, "client_id"},
		{"blank client id", Draft{ClientID: " \t", Type: TypeText, Text: "hello"}, "client_id"},
		{"longest client id", Draft{ClientID: long[1:], Type: TypeText, Text: "hello"}, ""},
		{"long client id", Draft{ClientID: long, Type: TypeText, Text: "hello"}, "client_id"},
		{"no type", Draft{ClientID: "a", Text: "hello"}, "type"},
		{"a type that only customers send", Draft{ClientID: "a", Type: TypeOrder}, "type"},
		{"a note", Draft{ClientID: "a", Type: TypeNote, Text: "hello"}, "type"},
		{"a template", Draft{ClientID: "a", Type: TypeTemplate}, "type"},
		{"empty text", Draft{ClientID: "a", Type: TypeText, Text: " \n"}, "text"},
		{"image", Draft{ClientID: "a", Type: TypeImage, Content: Content{Files: []ID{1}}}, ""},
		{"image without a file", Draft{ClientID: "a", Type: TypeImage}, "file_id"},
		{"two images", Draft{ClientID: "a", Type: TypeImage, Content: Content{Files: []ID{1, 2}}}, "file_id"},
		{"text with a file", Draft{ClientID: "a", Type: TypeText, Text: "x", Content: Content{Files: []ID{1}}}, "file_id"},
		{"no location", Draft{ClientID: "a", Type: TypeLocation}, "location"},
		{"no cards", Draft{ClientID: "a", Type: TypeContacts}, "contacts"},
		{"no buttons", Draft{ClientID: "a", Type: TypeInteractive}, "interactive"},
		{"no reaction", Draft{ClientID: "a", Type: TypeReaction}, "reaction"},
		{"a reaction to nothing", Draft{ClientID: "a", Type: TypeReaction, Content: Content{Reaction: &React{Emoji: "👍"}}}, "reaction"},
		{"a reaction taken back", Draft{ClientID: "a", Type: TypeReaction, Content: Content{Reaction: &React{Target: 1}}}, ""},
		{"longest hold", Draft{ClientID: "a", Type: TypeText, Text: "x", Hold: maxHold}, ""},
		{"too long a hold", Draft{ClientID: "a", Type: TypeText, Text: "x", Hold: maxHold + 1}, "hold_ms"},
		{"negative hold", Draft{ClientID: "a", Type: TypeText, Text: "x", Hold: -1}, "hold_ms"},
		{"90 days ahead", Draft{ClientID: "a", Type: TypeText, Text: "x", SendAt: noon.Add(maxSchedule)}, ""},
		{"location with a text", Draft{ClientID: "a", Type: TypeLocation, Text: "here", Content: Content{Location: &Location{}}}, "text"},
		{"cards with a text", Draft{ClientID: "a", Type: TypeContacts, Text: "x", Content: Content{Cards: []Card{{Name: "Ann"}}}}, "text"},
		{"buttons with a text", Draft{ClientID: "a", Type: TypeInteractive, Text: "x", Content: Content{Interactive: &Interactive{}}}, "text"},
		{"reaction with a text", Draft{ClientID: "a", Type: TypeReaction, Text: "x", Content: Content{Reaction: &React{Target: 1}}}, "text"},
		{"reaction that quotes", Draft{ClientID: "a", Type: TypeReaction, ReplyTo: 1, Content: Content{Reaction: &React{Target: 1}}}, "reply_to"},
		{"text with a location", Draft{ClientID: "a", Type: TypeText, Text: "x", Content: Content{Location: &Location{}}}, "location"},
		{"text with cards", Draft{ClientID: "a", Type: TypeText, Text: "x", Content: Content{Cards: []Card{{Name: "Ann"}}}}, "contacts"},
		{"text with buttons", Draft{ClientID: "a", Type: TypeText, Text: "x", Content: Content{Interactive: &Interactive{}}}, "interactive"},
		{"text with a reaction", Draft{ClientID: "a", Type: TypeText, Text: "x", Content: Content{Reaction: &React{Target: 1}}}, "reaction"},
		{"text as voice note", Draft{ClientID: "a", Type: TypeText, Text: "x", Content: Content{Voice: true}}, "voice"},
		{"image with a preview", Draft{ClientID: "a", Type: TypeImage, Content: Content{Files: []ID{1}, PreviewURL: true}}, "preview_url"},
		{"voice note that quotes", Draft{ClientID: "a", Type: TypeAudio, ReplyTo: 1, Content: Content{Files: []ID{1}, Voice: true}}, ""},
		{"text with a preview", Draft{ClientID: "a", Type: TypeText, Text: "x", Content: Content{PreviewURL: true}}, ""},
		{"image with a caption", Draft{ClientID: "a", Type: TypeImage, Text: "x", Content: Content{Files: []ID{1}}}, ""},
		{"more than 90 days ahead", Draft{ClientID: "a", Type: TypeText, Text: "x", SendAt: noon.Add(maxSchedule + 1)}, "send_at"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			err := tt.draft.check(noon)
			if tt.field == "" {
				if err != nil {
					t.Errorf("refused: %v", err)
				}
				return
			}
			isError(t, err, CodeInvalid, tt.field)
		})
	}

	dr := Draft{ClientID: " a\x00 ", Type: TypeText, Text: "a\x00b\xff"}
	if err := dr.check(noon); err != nil || dr.ClientID != "a\uFFFD" || dr.Text != "a\uFFFDb\uFFFD" {
		t.Errorf("cleaned to %q and %q, %v", dr.ClientID, dr.Text, err)
	}
}

func TestSameDraftIsTheSameMessage(t *testing.T) {
	dr := Draft{
		ClientID: "a", Type: TypeContacts, ReplyTo: 7,
		Content: Content{Files: []ID{}, Cards: []Card{{Name: "Ann", Phones: []CardPhone{}, Emails: []CardLine{{Value: "a@example.org"}}}}},
	}
	// As it comes back from the store, where lists without entries are left out.
	m := Message{Conversation: 1, Type: TypeContacts, ReplyTo: 7, Content: Content{Cards: []Card{{Name: "Ann", Emails: []CardLine{{Value: "a@example.org"}}}}}}
	if !dr.sameAs(m, 1) {
		t.Error("sending the same again is not recognised")
	}
	tests := map[string]func(*Draft, *Message){
		"conversation": func(_ *Draft, m *Message) { m.Conversation = 2 },
		"type":         func(dr *Draft, _ *Message) { dr.Type = TypeText },
		"text":         func(dr *Draft, _ *Message) { dr.Text = "other" },
		"quote":        func(dr *Draft, _ *Message) { dr.ReplyTo = 8 },
		"content":      func(dr *Draft, _ *Message) { dr.Content = Content{Cards: []Card{{Name: "Bob"}}} },
		"nothing":      func(dr *Draft, _ *Message) { dr.Content = Content{} },
	}
	for name, differ := range tests {
		other, stored := dr, m
		differ(&other, &stored)
		if other.sameAs(stored, 1) {
			t.Errorf("another %s counts as the same message", name)
		}
	}
}
