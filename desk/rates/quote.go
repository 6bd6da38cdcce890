package rates

import (
	"fmt"
	"slices"
	"time"
)

// Ask is a message whose price is wanted.
type Ask struct {
	*Account
	When time.Time
	To   Recipient

	Template Category // of the template; empty: a free-form message
	Window   bool     // the service window is open
	Entry    bool     // a free entry point is open

	// Open are the categories of the open conversations with the customer, for
	// the models that charge conversations. Conversation overrules them once the
	// provider has told the id of the conversation that the message is in.
	Open         []Category
	Conversation Joining

	Used Usage
	// Charged is how many messages of the message's market and category were
	// charged in the month, for volume tiers.
	Charged int
}

// Joining is whether a message belongs to a conversation that was charged.
type Joining int

const (
	ByRecords Joining = iota // the provider gave no id: Ask.Open decides
	Opens                    // the id is new
	Joins                    // the id was charged before
)

// Usage is how much of the month's allowance is gone, by our records.
type Usage struct {
	Settled int  // delivered
	Pending int  // sent, and not yet known to be delivered or failed
	Partial bool // others may have used it too, or the records began within the month
}

// Kind is how much is known of a price.
type Kind string

const (
	Free    Kind = "free"
	Fixed   Kind = "fixed"   // Low and High are the same
	Either  Kind = "either"  // Low or High
	Unknown Kind = "unknown" // Why says what is missing
)

// Why says why something is free, may be one of two prices, or is unknown. It is
// empty for a fixed price.
type Why string

const (
	InEntryPoint    Why = "entry_point"       // free: the customer came from an ad
	ByModel         Why = "model"             // free: not charged under the policy
	InConversation  Why = "open_conversation" // free: part of a conversation that was charged
	InWindow        Why = "window"            // free: utility in the service window
	InAllowance     Why = "allowance"         // free: part of the month's allowance
	ByProvider      Why = "provider"          // free: the provider says so, without a reason
	AllowanceNear   Why = "allowance_near"    // either free or High: what is pending may use up the allowance
	International   Why = "international"     // either rate: eligibility is not known
	NoPolicy        Why = "no_policy"
	NoCard          Why = "no_card"
	NoRate          Why = "no_rate"
	NoMarket        Why = "no_market"
	UnknownCategory Why = "unknown_category"
	UnknownType     Why = "unknown_type"
	OtherModel      Why = "other_model"
)

// Price is an amount and the category that has it.
type Price struct {
	Amount   Micros
	Category Category
}

// Quote is the answer to an Ask.
type Quote struct {
	Kind Kind
	Why  Why

	Low, High Price // zero amounts when it is free or unknown
	Currency  string
	Category  Category // charged as; an unknown one of the provider is kept here
	Market    Market   // empty when the recipient cannot be placed
	On        Date     // the price date, in the account's zone
	Policy    string
	Card      CardRef // where the amounts are from; none when it is free

	AtMost   bool // a volume tier whose rate is not known makes it cheaper
	Outdated bool // rates may have changed since the card began
	Counts   bool // uses one unit of the month's allowance
}

// Estimate reports whether the amounts are from a card that is not official.
func (q Quote) Estimate() bool { return (q.Kind == Fixed || q.Kind == Either) && !q.Card.Official }

// Error is an unknown price. Message says what to do.
type Error struct {
	Why     Why
	Message string
}

func (e *Error) Error() string { return string(e.Why) + ": " + e.Message }

// Err is an *Error when the price is unknown.
func (q Quote) Err() error {
	if q.Kind != Unknown {
		return nil
	}
	var s string
	switch q.Why {
	case NoPolicy:
		s = fmt.Sprintf("Prices of %s are not known: the first price model here is that of February 2022.", q.On)
	case NoCard:
		s = fmt.Sprintf("There is no %s rate card for %s. Import WhatsApp's card of that day.", q.Currency, q.On)
	case NoRate:
		s = fmt.Sprintf("The card %s has no price for %s in %s. Import WhatsApp's own card of %s.", q.Card.ID, q.Category, q.Market, q.On)
	case NoMarket:
		s = "The market is not known. Give the phone number with its country code, or the country."
	case UnknownCategory:
		s = fmt.Sprintf("%q is not a category with a price. The provider's invoice tells the amount.", clip(string(q.Category)))
	case UnknownType:
		s = "The provider priced this message in a way that is not known here. The provider's invoice tells the amount."
	case OtherModel:
		s = fmt.Sprintf("The provider used another price model than that of %s. Check the price model and the time zone of the connection.", q.On)
	}
	return &Error{q.Why, s}
}

// Quote is the price of a message that is not sent yet, dated a.When.
func (b *Book) Quote(a Ask) Quote { return b.price(&a, nil) }

// price goes from what is free for certain to what needs a card, so that a
// missing card hides nothing that is free.
func (b *Book) price(a *Ask, p *Pricing) Quote {
	if a.Account == nil {
		a.Account = &Account{}
	}
	q := Quote{Currency: a.Currency, On: DateAt(a.When, a.Zone)}
	policy := b.policy(a.Policy, q.On)
	if policy == nil {
		return q.unknown(NoPolicy)
	}
	q.Policy = policy.Name
	q.Market, _ = b.markets.Of(a.To, q.On)
	sent := policy.category(a)
	q.Category = sent

	said, why := p.verdict(policy)
	if p.names() {
		q.Category = p.Category
	}
	if said == unclear {
		return q.unknown(why)
	}
	q.Counts = policy.Allowance.covers(q.Category)

	// What the provider calls charged is not free by our view of windows.
	entry := said == undecided && a.Entry && policy.FreeInEntry
	switch {
	case said == free && why == InEntryPoint, entry:
		q.Counts = a.Terms.EntryUsesAllowance && policy.Allowance.covers(sent)
		return q.free(InEntryPoint)
	case policy.covered(a, q.Category):
		q.Counts = false
		return q.free(InConversation)
	case said == free:
		return q.free(q.because(policy, why))
	case !p.names() && !policy.takes(a.Template):
		return q.unknown(UnknownCategory)
	case said == undecided && slices.Contains(policy.Free, q.Category):
		return q.free(ByModel)
	case said == undecided && a.Window && slices.Contains(policy.FreeInWindow, q.Category):
		return q.free(InWindow)
	case !policy.priced(q.Category):
		return q.unknown(UnknownCategory)
	}

	near := false
	if q.Counts && !(said == charged && a.Terms.ProviderKnowsAllowance && policy.Model == PerMessage) {
		left := policy.Allowance.Units - a.Used.Settled
		if near = left > 0 && (a.Used.Partial || a.Used.Pending >= left); left > 0 && !near {
			return q.free(InAllowance)
		}
	}
	q = b.listed(q, a, policy, p)
	if near && q.Kind == Fixed {
		q.Kind, q.Why, q.Low.Amount = Either, AllowanceNear, 0
	}
	return q
}

// because names the provider's freedom in the words of the policy.
func (q Quote) because(policy *Policy, why Why) Why {
	switch {
	case slices.Contains(policy.Free, q.Category):
		return ByModel
	case q.Counts && why == InWindow:
		return InAllowance
	}
	return why
}

// listed prices by the card.
func (b *Book) listed(q Quote, a *Ask, policy *Policy, p *Pricing) Quote {
	if q.Market == "" {
		return q.unknown(NoMarket)
	}
	card := b.card(a.Card, policy.Model, a.Currency, q.On)
	if card == nil {
		return q.unknown(NoCard)
	}
	q.Card, q.Outdated = card.ref(), card.outdated(q.On)

	column := q.Category.listed()
	if column == Authentication && !p.names() {
		if international := card.international(q.Market, q.On); international != neverOffered {
			switch e := a.eligibility(q.Market); {
			case e.Known && !e.Since.IsZero() && !a.When.Before(e.Since):
				column, q.Category = AuthenticationInternational, AuthenticationInternational
			case !e.Known:
				return q.eitherRate(card)
			}
		}
	}
	amount, ok := card.Rate(q.Market, column)
	if !ok {
		return q.unknown(NoRate)
	}
	if slices.Contains(policy.Tiered, column) {
		amount, q.AtMost = card.tiered(q.Market, column, amount, a.Charged)
	}
	q.Kind = Fixed
	q.Low = Price{amount, q.Category}
	q.High = q.Low
	return q
}

// eitherRate shows both rates of authentication. The volume tiers of neither are
// applied: which of them counts is not known.
func (q Quote) eitherRate(card *Card) Quote {
	domestic, ok := card.Rate(q.Market, Authentication)
	abroad, too := card.Rate(q.Market, AuthenticationInternational)
	if !ok || !too {
		return q.unknown(NoRate)
	}
	q.Kind, q.Why = Either, International
	q.Low, q.High = Price{domestic, Authentication}, Price{abroad, AuthenticationInternational}
	if q.Low.Amount > q.High.Amount {
		q.Low, q.High = q.High, q.Low
	}
	return q
}

type offer int

const (
	neverOffered offer = iota
	offered
	notSeen
)

// international tells whether a market has a rate for authentication-international
// on a day.
func (c *Card) international(m Market, on Date) offer {
	r, seen := c.rates[place{m, AuthenticationInternational}]
	since := internationalSince(m)
	switch {
	case seen && r.offered:
		return offered
	case !seen && since != 0 && on >= since:
		return notSeen
	}
	return neverOffered
}

func (q Quote) unknown(why Why) Quote {
	q.Kind, q.Why = Unknown, why
	return q
}

func (q Quote) free(why Why) Quote {
	q.Kind, q.Why = Free, why
	q.Low = Price{0, q.Category}
	q.High = q.Low
	return q
}
