package desk

import "time"

// The beacon (C20) shines while the customer has an unanswered message. It
// follows arrival, not the timeline: a message that comes late was not on the
// screen of whoever answered meanwhile, so it is unanswered. Only WaitingSince
// goes by the timeline. AnsweredBy remembers the answer, so that the beacon comes
// back when it fails and goes out again when it arrived all the same.

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
	if !c.Waiting || m.Order.At.Before(c.WaitingSince) {
		c.WaitingSince = m.Order.At
	}
	c.Waiting, c.AnsweredBy = true, 0
	if c.State != Open {
		c = c.reopened()
	}
	return c
}

// answered is the conversation after a member's message was queued, or was seen
// to be written in the business's phone app (member 0).
func (c Conversation) answered(m Message, member ID) Conversation {
	c = c.withMessage(m)
	c.ReadTotal = c.InboundTotal
	if c.Waiting {
		c.Waiting, c.AnsweredBy = false, m.ID
	}
	if member != 0 {
		c.Operator = member
		if c.Assignee == 0 {
			c.Assignee = member
		}
	}
	if c.State != Open {
		c = c.reopened()
	}
	return c
}

// echoed is the conversation after a message from the business's phone app. One
// that is older than the customer's last answers nothing.
func (c Conversation) echoed(m Message) Conversation {
	if m.Order.At.Before(c.LastIn) {
		return c.withMessage(m)
	}
	return c.answered(m, 0)
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

// answerLost is the conversation after one of our messages failed or was
// cancelled: if that was the answer and no later one is on its way, the customer
// still waits, as long as before.
func (c Conversation) answerLost(id ID) Conversation {
	if c.AnsweredBy != id {
		return c
	}
	if l := c.LastOut; l.ID != id && l.Status.left() {
		c.AnsweredBy = l.ID
		return c
	}
	c.Waiting = true
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
