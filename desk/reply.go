package desk

import (
	"context"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

// Draft is a message that somebody wants to send.
type Draft struct {
	ClientID string // the sender's own id; sending it again returns the same message
	Type     MessageType
	Text     string
	Content  Content // Files, Voice, PreviewURL, Location, Cards, Interactive or Reaction
	ReplyTo  ID
	Hold     time.Duration // how long it can still be undone; skipped in the window's last minute
	SendAt   time.Time     // zero: now
}

const (
	maxHold     = time.Minute
	maxSchedule = 90 * 24 * time.Hour
	maxClientID = 100
	maxNote     = 20_000 // characters
)

// mayBeSent lists the types that a member can send as they are.
var mayBeSent = []MessageType{TypeText, TypeImage, TypeVideo, TypeAudio, TypeDocument, TypeSticker, TypeLocation, TypeContacts, TypeInteractive, TypeReaction}

func (dr *Draft) check(now time.Time) error {
	dr.ClientID = strings.TrimSpace(dr.ClientID)
	clean(&dr.Text, &dr.ClientID)
	switch {
	case dr.ClientID == "" || len(dr.ClientID) > maxClientID:
		return Invalid("client_id", "Give each message a client_id of your own with 1 to %d characters, so that sending it again does not send it twice.", maxClientID)
	case !slices.Contains(mayBeSent, dr.Type):
		return Invalid("type", "%q cannot be sent.", string(dr.Type))
	case dr.Type == TypeText && strings.TrimSpace(dr.Text) == "":
		return Invalid("text", "The message is empty.")
	case dr.Type.IsMedia() && len(dr.Content.Files) != 1:
		return Invalid("file_id", "A message of type %s carries exactly one file.", dr.Type)
	case !dr.Type.IsMedia() && len(dr.Content.Files) != 0:
		return Invalid("file_id", "A message of type %s carries no file.", dr.Type)
	case dr.Type == TypeLocation && dr.Content.Location == nil:
		return Invalid("location", "The location is missing.")
	case dr.Type == TypeContacts && len(dr.Content.Cards) == 0:
		return Invalid("contacts", "The contact cards are missing.")
	case dr.Type == TypeInteractive && dr.Content.Interactive == nil:
		return Invalid("interactive", "The buttons or the list are missing.")
	case dr.Type == TypeReaction && (dr.Content.Reaction == nil || dr.Content.Reaction.Target == 0):
		return Invalid("reaction", "The reaction is missing, or the message that it is for.")
	case dr.Type == TypeReaction && dr.Content.Reaction.Emoji != "" && !isEmoji(dr.Content.Reaction.Emoji):
		return Invalid("reaction.emoji", "A reaction is one emoji, or empty to take it back.")
	case dr.Hold < 0 || dr.Hold > maxHold:
		return Invalid("hold_ms", "A message can be held back for at most %d ms.", maxHold.Milliseconds())
	case !dr.SendAt.IsZero() && dr.SendAt.After(now.Add(maxSchedule)):
		return Invalid("send_at", "A message can be scheduled for at most 90 days ahead.")
	}
	if field := dr.foreign(); field != "" {
		return Invalid(field, "A message of type %s cannot carry this, so the customer would not get it. Send it as a message of its own.", dr.Type)
	}
	return nil
}

// foreign names what a draft carries that messages of its type do not have, "" when
// nothing does. It would be shown here as sent and never reach the customer.
func (dr *Draft) foreign() string {
	c, t := dr.Content, dr.Type
	for _, part := range []struct {
		field   string
		there   bool
		belongs bool
	}{
		{"text", dr.Text != "", t == TypeText || t.IsMedia()},
		{"voice", c.Voice, t == TypeAudio},
		{"preview_url", c.PreviewURL, t == TypeText},
		{"location", c.Location != nil, t == TypeLocation},
		{"contacts", len(c.Cards) > 0, t == TypeContacts},
		{"interactive", c.Interactive != nil, t == TypeInteractive},
		{"reaction", c.Reaction != nil, t == TypeReaction},
		{"reply_to", dr.ReplyTo != 0, t != TypeReaction},
	} {
		if part.there && !part.belongs {
			return part.field
		}
	}
	return ""
}

// Reply stores a message as queued and shows it at once; its lane sends it. The
// way: check the draft, the right, the window and the channel's limits; then one
// transaction writes the message, its place in the lane and what it means for
// the conversation.
func (d *Desk) Reply(ctx context.Context, a Actor, conversation ID, dr Draft) (Message, error) {
	if err := a.require(MayReply); err != nil {
		return Message{}, err
	}
	if err := dr.check(Instant(d.now())); err != nil {
		return Message{}, err
	}
	var m Message
	err := d.write(ctx, FromMembers, func(tx Tx, now time.Time) error {
		c, err := lockSeen(tx, a, conversation)
		if err != nil {
			return err
		}
		id := tx.NewID()
		used, err := tx.ClaimClientID(a.Member.Workspace, dr.ClientID, id)
		if err != nil {
			return err
		}
		if used != 0 {
			m, err = tx.LockMessage(used)
			if err == nil && !dr.sameAs(m, conversation) {
				err = Errorf(CodeClientIDReused, "The client_id %q was used for another message. Use a new one.", dr.ClientID)
			}
			return err
		}
		ch, err := tx.Channel(c.Channel)
		if err != nil {
			return err
		}
		if !ch.RemovedAt.IsZero() {
			return channelRemoved(ch)
		}
		s := reply{actor: a, draft: dr, id: id, conversation: c, kind: ch.Kind, now: now}
		if s.quoted, err = d.ofConversation(tx, dr.ReplyTo, c.ID, "reply_to"); err != nil {
			return err
		}
		if dr.Content.Reaction != nil {
			if s.target, err = d.ofConversation(tx, dr.Content.Reaction.Target, c.ID, "reaction.message_id"); err != nil {
				return err
			}
		}
		if len(dr.Content.Files) == 1 {
			if s.file, err = lockUpload(tx, a, dr.Content.Files[0]); err != nil {
				return err
			}
		}
		plan, err := planReply(s, d.check)
		if err != nil {
			return err
		}
		if err := tx.Apply(plan); err != nil {
			return err
		}
		m, err = tx.LockMessage(id)
		return err
	})
	return m, err
}

// lockSeen locks a conversation that the actor may see.
func lockSeen(tx Tx, a Actor, id ID) (Conversation, error) {
	c, err := tx.LockConversation(id)
	if err != nil {
		return c, err
	}
	if c.Workspace != a.Member.Workspace || !a.Scope.Sees(c.Channel) || !c.DeletedAt.IsZero() {
		return c, notFound("The conversation")
	}
	return c, nil
}

// ofConversation loads a message that a draft refers to.
func (d *Desk) ofConversation(tx Tx, id, conversation ID, field string) (Message, error) {
	if id == 0 {
		return Message{}, nil
	}
	m, err := tx.LockMessage(id)
	if CodeOf(err) == CodeNotFound || err == nil && (m.Conversation != conversation || m.Direction == Internal) {
		return Message{}, Invalid(field, "The message is not part of this conversation.")
	}
	return m, err
}

func lockUpload(tx Tx, a Actor, id ID) (File, error) {
	f, err := tx.LockFile(id)
	if CodeOf(err) == CodeNotFound || err == nil && (f.Workspace != a.Member.Workspace || f.Uploader != a.Member.ID || f.Message != 0 || f.State != FileStored) {
		return File{}, Invalid("file_id", "There is no such upload of yours that was not sent yet.")
	}
	return f, err
}

// sameAs reports whether sending the draft again means the message m.
func (dr Draft) sameAs(m Message, conversation ID) bool {
	return m.Conversation == conversation && m.Type == dr.Type && m.Text == dr.Text && m.ReplyTo == dr.ReplyTo &&
		m.Content.equal(dr.Content)
}

// reply is all that planReply looks at.
type reply struct {
	actor        Actor
	draft        Draft
	id           ID
	conversation Conversation
	kind         Kind
	quoted       Message
	target       Message
	file         File
	now          time.Time
}

func planReply(s reply, check Checker) (Plan, error) {
	c, dr := s.conversation, s.draft
	leaves := s.now.Add(c.hold(s.kind, dr.Hold, s.now))
	scheduled := dr.SendAt.After(leaves)
	if scheduled {
		leaves = Instant(dr.SendAt)
	}
	if !c.FreeFormAllowed(s.kind, leaves) {
		return nil, windowClosed(c, s.now)
	}
	m := Message{
		ID: s.id, Workspace: c.Workspace, Conversation: c.ID, Channel: c.Channel, Contact: c.Contact,
		Direction: Out, Author: Author{Kind: ByMember, ID: s.actor.Member.ID}, Type: dr.Type, Text: dr.Text, Content: dr.Content,
		ClientID: dr.ClientID, ReplyTo: s.quoted.ID, ReplyToExt: s.quoted.ExternalID,
		Status: StatusQueued, CreatedAt: s.now, Order: Order{At: s.now, Hook: s.id},
	}
	var media *Media
	if s.file.ID != 0 {
		media = &Media{MIME: s.file.MIME, Size: s.file.Size, Name: s.file.Name}
	}
	if err := check.Check(s.kind, outgoing(m, Sender{}, "", s.file, s.target), media); err != nil {
		return nil, err
	}
	out := Outbound{Message: m.ID, Workspace: m.Workspace, Channel: m.Channel, Conversation: c.ID, Ref: secret(16), State: StatusQueued, Since: s.now}
	if leaves.After(s.now) {
		out.NotBefore, out.Scheduled = leaves, scheduled
	}
	plan := Plan{AddMessage{m}, AddOutbound{out}}
	if s.file.ID != 0 {
		f := s.file
		f.Channel, f.Conversation, f.Message = m.Channel, m.Conversation, m.ID
		plan = append(plan, SetFile{f})
	}
	if dr.Type == TypeReaction {
		t := s.target
		t.ReactionOut = Reaction{Emoji: dr.Content.Reaction.Emoji, At: s.now}
		return append(plan, SetMessage{t}), nil
	}
	if out.Scheduled {
		return append(plan, SetConversation{c, c.withMessage(m)}), nil
	}
	return append(plan, planAnswer(c, m, s.actor.Member.ID, s.now)...), nil
}

// hold is how long a message waits to be taken back: as long as its sender wishes,
// but not at all when under a minute of the window is left, or when the wait would
// leave its lane less than ten seconds. Better a message that cannot be taken back
// than one that misses the window.
func (c Conversation) hold(kind Kind, wish time.Duration, now time.Time) time.Duration {
	const least, lane = time.Minute, 10 * time.Second
	lastly := now.Add(max(least, wish+lane) - time.Microsecond)
	if !c.FreeFormAllowed(kind, lastly) {
		return 0
	}
	return wish
}

// planAnswer is what a member's answer means for its conversation: nobody waits,
// it is read, and the customer's ticks turn.
func planAnswer(c Conversation, m Message, member ID, now time.Time) Plan {
	plan := planConversation(c, c.answered(m, member))
	if c.Unread() > 0 && c.LastInID != 0 {
		plan = append(plan, addReceipt(c, ReceiptRead, now))
	}
	return plan
}

func addReceipt(c Conversation, r Receipt, now time.Time) WriteOp {
	return AddOutbound{Outbound{Message: c.LastInID, Workspace: c.Workspace, Channel: c.Channel, Conversation: c.ID, State: StatusQueued, Since: now, Receipt: r}}
}

func windowClosed(c Conversation, now time.Time) *Error {
	if c.OpenerAt.IsZero() {
		return Errorf(CodeWindowClosed, "The customer has not written yet. WhatsApp takes free text only within 24 hours of their last message.")
	}
	if c.Window().OpenAt(now) {
		return Errorf(CodeWindowClosed, "The message would leave after the 24-hour window has closed. Choose an earlier time.")
	}
	return Errorf(CodeWindowClosed, "The 24-hour window is closed: the customer last wrote more than 24 hours ago. You can answer as soon as they write again.")
}

// outgoing brings a message into the form that channels send.
func outgoing(m Message, to Sender, ref string, f File, target Message) Outgoing {
	o := Outgoing{Ref: ref, To: to, Type: m.Type, Text: m.Text, Content: m.Content, ReplyTo: m.ReplyToExt, Target: target.ExternalID}
	if f.ID != 0 {
		o.Media = &OutgoingMedia{ProviderID: f.ProviderID, Name: f.Name, MIME: f.MIME}
	}
	return o
}

// AddNote stores an internal note; no customer ever sees it.
func (d *Desk) AddNote(ctx context.Context, a Actor, conversation ID, clientID, text string) (Message, error) {
	if err := a.require(MayReply); err != nil {
		return Message{}, err
	}
	text, clientID = strings.TrimSpace(Clean(text)), strings.TrimSpace(Clean(clientID))
	switch {
	case text == "":
		return Message{}, Invalid("text", "The note is empty.")
	case utf8.RuneCountInString(text) > maxNote:
		return Message{}, Invalid("text", "A note may have at most %d characters.", maxNote)
	case clientID == "" || len(clientID) > maxClientID:
		return Message{}, Invalid("client_id", "Give each note a client_id of your own with 1 to %d characters.", maxClientID)
	}
	var m Message
	err := d.write(ctx, FromMembers, func(tx Tx, now time.Time) error {
		c, err := lockSeen(tx, a, conversation)
		if err != nil {
			return err
		}
		id := tx.NewID()
		used, err := tx.ClaimClientID(a.Member.Workspace, clientID, id)
		if err != nil {
			return err
		}
		if used != 0 {
			m, err = tx.LockMessage(used)
			if err == nil && (m.Type != TypeNote || m.Text != text || m.Conversation != conversation) {
				err = Errorf(CodeClientIDReused, "The client_id %q was used for another message. Use a new one.", clientID)
			}
			return err
		}
		if err := tx.Apply(Plan{AddMessage{Message{
			ID: id, Workspace: c.Workspace, Conversation: c.ID, Channel: c.Channel, Contact: c.Contact,
			Direction: Internal, Author: Author{Kind: ByMember, ID: a.Member.ID}, Type: TypeNote, Text: text,
			ClientID: clientID, CreatedAt: now, Order: Order{At: now, Hook: id},
		}}}); err != nil {
			return err
		}
		m, err = tx.LockMessage(id)
		return err
	})
	return m, err
}
