package desk

import "time"

// The beacon (C20) shines while the customer has an unanswered message. What an
// answer answers depends on where it was written.
//
// Whoever writes in the business's phone app has the timeline before them. Such
// an echo answers what stands there before its second, and has read it, in whatever
// order the two are delivered to us. EchoedAt remembers how far that goes. What the
// customer wrote in the same second nobody can have read and answered.
//
// Whoever answers here has before them what was stored here. A message that comes
// later was not on their screen, however old it is, so it is unanswered. To go by
// the timeline would lose messages: one that is delivered late stands before the
// answer of somebody who never saw it.
//
// AnsweredBy remembers the answer, so that the beacon comes back when it fails and
// goes out again when it arrived all the same.

// received is the conversation after an inbound message. A customer who writes
// reopens it; a line of the provider's own (system, welcome) is no writing.
func (c Conversation) received(m Message, opens bool, received time.Time) Conversation {
	if opens {
		if at := openerTime(m.ProviderAt, received); at.After(c.OpenerAt) {
			c.OpenerAt = at
		}
	}
	c = c.withMessage(m)
	if m.Type == TypeWelcome || m.Type == TypeSystem {
		return c
	}
	// Providers tell time in seconds: of several messages in one second the one
	// that came last is the last, and a read receipt has to name it.
	if !m.Order.At.Before(c.LastIn) {
		c.LastIn, c.LastInID = m.Order.At, m.ID
	}
	c.InboundTotal++
	if m.Order.At.Before(c.EchoedAt) {
		c.ReadTotal++
		return c
	}
	if !c.Waiting || m.Order.At.Before(c.WaitingSince) {
		c.WaitingSince = m.Order.At
	}
	c.Waiting, c.AnsweredBy = true, 0
	if c.State != Open {
		c = c.reopened()
	}
	return c
}

// answered is the conversation after a member's message was queued.
func (c Conversation) answered(m Message, member ID) Conversation {
	c = c.withMessage(m)
	c.ReadTotal = c.InboundTotal
	if c.Waiting {
		c.Waiting, c.AnsweredBy = false, m.ID
	}
	c.Operator = member
	if c.Assignee == 0 {
		c.Assignee = member
	}
	if c.State != Open {
		c = c.reopened()
	}
	return c
}

// Unanswered is what the customer wrote from an instant of the timeline on and no
// member has answered here.
type Unanswered struct {
	N     int64
	Since time.Time // place of the first; zero when there is none
}

// echoed is the conversation after a message from the business's phone app; later
// is what is unanswered from its second on. Nobody knows who wrote it, so it makes nobody
// the operator.
func (c Conversation) echoed(m Message, later Unanswered) Conversation {
	c = c.withMessage(m)
	at := m.Order.second()
	if at.Before(c.EchoedAt) {
		return c
	}
	c.EchoedAt = at
	c.ReadTotal = max(c.ReadTotal, c.InboundTotal-later.N)
	switch {
	case !c.WaitingSince.Before(at):
	case later.N > 0:
		c.WaitingSince = later.Since
	case c.Waiting:
		c.Waiting, c.AnsweredBy = false, m.ID
	}
	if c.State != Open && !c.LastIn.After(m.Order.At) {
		c = c.reopened()
	}
	return c
}

// leaving is the conversation when the bytes of our message leave. A scheduled
// message answers only now, and one that stood behind an answer that was lost
// takes its place; neither answers what the customer wrote after it was written.
func (c Conversation) leaving(m Message, out Outbound) Conversation {
	if m.Author.Kind != ByMember || m.Type == TypeReaction || c.LastIn.After(m.Order.At) {
		return c
	}
	scheduled := out.Scheduled && out.Attempts == 0
	if lost := c.Waiting && c.AnsweredBy != 0; scheduled || lost {
		return c.answered(m, m.Author.ID)
	}
	return c
}

// lost is the conversation after our message m failed or was cancelled: if that
// was the answer and no later one is on its way, the customer still waits, as long
// as before. Whoever closed or snoozed the conversation believed that the customer
// has the message, so one that fails, answer or not, brings it back to the open
// ones, where its assignee finds it.
func (c Conversation) lost(m Message) Conversation {
	if m.Type == TypeReaction || !c.DeletedAt.IsZero() {
		return c
	}
	if m.Status == StatusFailed && c.State != Open {
		c = c.reopened()
	}
	if c.AnsweredBy != m.ID {
		return c
	}
	if l := c.LastOut; l.ID != m.ID && l.Status.left() {
		c.AnsweredBy = l.ID
		return c
	}
	if c.EchoedAt.After(c.LastIn) {
		c.AnsweredBy = 0
		return c
	}
	c.Waiting = true
	if c.State != Open {
		c = c.reopened()
	}
	return c
}

// answerFound is the conversation after a message that counted as lost arrived
// all the same. If it was the answer and the customer wrote nothing since, nobody
// waits.
func (c Conversation) answerFound(id ID) Conversation {
	if c.Waiting && c.AnsweredBy == id {
		c.Waiting = false
	}
	return c
}

// noReplyNeeded ends the waiting without an answer (C36).
func (c Conversation) noReplyNeeded() Conversation {
	c.Waiting, c.AnsweredBy = false, 0
	return c
}

// needsReply sets the beacon, also after our own answer (C36). No news of an
// earlier answer puts it out.
func (c Conversation) needsReply(now time.Time) Conversation {
	c.AnsweredBy = 0
	if c.Waiting {
		return c
	}
	c.Waiting, c.WaitingSince = true, now
	if c.State != Open {
		c = c.reopened()
	}
	return c
}
