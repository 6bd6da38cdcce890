package desk

// rank orders the statuses that a message passes. unknown and attempting stand
// on one step: both mean that bytes may have left.
func (s Status) rank() int {
	switch s {
	case StatusQueued:
		return 1
	case StatusAttempting, StatusUnknown:
		return 2
	case StatusAccepted:
		return 3
	case StatusSent:
		return 4
	case StatusDelivered:
		return 5
	case StatusRead:
		return 6
	case StatusPlayed:
		return 7
	}
	return 0
}

// Final reports whether no send is under way any more.
func (s Status) Final() bool {
	switch s {
	case StatusNone, StatusQueued, StatusAttempting, StatusUnknown:
		return false
	}
	return true
}

// lost reports whether the customer will not get the message, as far as is known.
func (s Status) lost() bool { return s == StatusFailed || s == StatusCancelled }

// left reports whether bytes have left, or may have, and no failure is known.
func (s Status) left() bool { return s.rank() >= StatusAttempting.rank() }

// tick is the status after news of another: the highest step ever reached, in
// whatever order the news came. A failure shows only while nothing at or above
// delivered was seen; a provider may report both, because a customer has several
// devices. So the result depends on the set of news alone, which makes replays
// and reordered hooks harmless.
func tick(have, news Status) Status {
	switch {
	case news == StatusFailed:
		if have.rank() >= StatusDelivered.rank() {
			return have
		}
		return StatusFailed
	case have == StatusFailed:
		if news.rank() >= StatusDelivered.rank() {
			return news
		}
		return StatusFailed
	case have == StatusCancelled:
		return news // the provider has it after all
	case news.rank() > have.rank():
		return news
	}
	return have
}
