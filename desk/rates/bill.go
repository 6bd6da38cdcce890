package rates

import (
	"cmp"
	"fmt"
	"slices"
	"time"
)

// Status is the state of a message that an Event tells.
type Status string

const (
	Sent      Status = "sent"
	Delivered Status = "delivered"
	Read      Status = "read"
	Failed    Status = "failed"
)

// Event is one status of one message, with the facts of the message.
type Event struct {
	Message string // id
	Account string // WhatsApp Business Account
	Number  string // business phone number
	To      Recipient

	Template Category // as sent; empty: free-form
	Window   bool     // when it was sent
	Entry    bool

	Status       Status
	At           time.Time // the provider's
	Pricing      *Pricing  // nil: none
	Conversation string    // id of the provider's conversation; may be empty
}

// Charge is what one delivered message costs.
type Charge struct {
	Message string
	At      time.Time // the first delivered or read status: the price date
	Quote
}

// Bill is what a log of statuses costs.
type Bill struct {
	Charges []Charge // by time, one for each delivered message
	Total   Money    // of those that are known
	Unknown int      // charges without a known price: the Total is too low
	Either  int      // charges with two possible prices: the Total has the lower
}

// Bill charges each message that was delivered, once, whatever the order and the
// number of its events. Read proves delivery where the delivered status was lost.
// The price date is the earliest time that the provider gave for either. The last
// status that carries a pricing object corrects what follows from our records.
//
// Under the models that charge conversations, the first delivered message of a
// conversation id is charged and the others belong to it. Messages without an id
// join what is open with that customer by our records, for 24 hours from the
// delivery of the first.
//
// Allowances and volume tiers are counted within the log, by the time of
// delivery, so a log begins with a month.
func (b *Book) Bill(log []Event, acc Account) (*Bill, error) {
	for i, e := range log {
		if e.Message == "" || e.At.IsZero() {
			return nil, fmt.Errorf("event %d has no message id or no time", i+1)
		}
	}
	bill := &Bill{Total: Money{Currency: acc.Currency}}
	st := &standing{
		used: map[counter]int{}, charged: map[volume]int{}, paid: map[string]bool{}, open: map[pair][]session{},
	}
	for _, m := range deliveries(log) {
		policy := b.policy(acc.Policy, DateAt(m.at, acc.Zone))
		if policy == nil {
			policy = &Policy{Model: PerMessage}
		}
		c := Charge{m.facts.Message, m.at, b.Settle(st.ask(b, &acc, policy, m), m.pricing)}
		st.note(&acc, policy, m, c.Quote)
		switch c.Kind {
		case Unknown:
			bill.Unknown++
		case Either:
			bill.Either++
		}
		var err error
		if bill.Total.Amount, err = Sum(bill.Total.Amount, c.Low.Amount); err != nil {
			return nil, err
		}
		bill.Charges = append(bill.Charges, c)
	}
	return bill, nil
}

// delivery is a message with the time that dates its price.
type delivery struct {
	facts   Event
	at      time.Time
	pricing *Pricing
	session string // id of the provider's conversation
}

// deliveries are the delivered messages of a log by time.
func deliveries(log []Event) []delivery {
	log = slices.Clone(log)
	slices.SortStableFunc(log, func(x, y Event) int {
		return cmp.Or(cmp.Compare(x.Message, y.Message), x.At.Compare(y.At), cmp.Compare(x.Status.rank(), y.Status.rank()))
	})
	var all []delivery
	for i := 0; i < len(log); {
		d := delivery{facts: log[i]}
		for ; i < len(log) && log[i].Message == d.facts.Message; i++ {
			e := log[i]
			if (e.Status == Delivered || e.Status == Read) && d.at.IsZero() {
				d.at = e.At
			}
			if e.Pricing != nil {
				d.pricing = e.Pricing
			}
			if e.Conversation != "" {
				d.session = e.Conversation
			}
		}
		if !d.at.IsZero() {
			all = append(all, d)
		}
	}
	slices.SortStableFunc(all, func(x, y delivery) int { return x.at.Compare(y.at) })
	return all
}

func (s Status) rank() int { return slices.Index([]Status{Sent, Failed, Delivered, Read}, s) }

// standing is what earlier messages of a log mean for the next.
type standing struct {
	used    map[counter]int
	charged map[volume]int
	paid    map[string]bool // conversation ids
	open    map[pair][]session
}

type counter struct {
	policy, owner string
	month         Month
}

type volume struct {
	month    Month
	market   Market
	category Category
}

// pair is one of our numbers and a customer: conversations are between them.
type pair struct {
	number string
	to     Recipient
}

type session struct {
	category Category
	until    time.Time
}

const conversationSpan = 24 * time.Hour

// ask is the question that a delivery puts under a policy.
func (s *standing) ask(b *Book, acc *Account, policy *Policy, m delivery) Ask {
	e := m.facts
	a := Ask{Account: acc, When: m.at, To: e.To, Template: e.Template, Window: e.Window, Entry: e.Entry}
	a.Used.Settled = s.used[counterOf(policy, acc, m)]
	if policy.Model == PerMessage {
		category := policy.category(&a)
		if m.pricing.names() {
			category = m.pricing.Category
		}
		market, _ := b.markets.Of(e.To, DateAt(m.at, acc.Zone))
		a.Charged = s.charged[volume{acc.TierMonth(m.at), market, category.listed()}]
		return a
	}
	if m.session != "" {
		a.Conversation = Opens
		if s.paid[m.session] {
			a.Conversation = Joins
		}
	}
	for _, o := range s.open[pairOf(e)] {
		if m.at.Before(o.until) {
			a.Open = append(a.Open, o.category)
		}
	}
	return a
}

// note remembers what a charge means for those after it.
func (s *standing) note(acc *Account, policy *Policy, m delivery, q Quote) {
	if q.Counts {
		s.used[counterOf(policy, acc, m)]++
	}
	if policy.Model == PerMessage {
		if q.Kind == Fixed {
			s.charged[volume{acc.TierMonth(m.at), q.Market, q.Category.listed()}]++
		}
		return
	}
	if m.session != "" {
		s.paid[m.session] = true
	}
	if q.Why != InConversation && q.Why != InEntryPoint {
		pair := pairOf(m.facts)
		s.open[pair] = append(s.open[pair], session{q.Category, m.at.Add(conversationSpan)})
	}
}

func counterOf(policy *Policy, acc *Account, m delivery) counter {
	owner := m.facts.Account
	if policy.Allowance.Per == PerNumber {
		owner = m.facts.Number
	}
	return counter{policy.Name, owner, acc.AllowanceMonth(m.at)}
}

func pairOf(e Event) pair { return pair{e.Number, e.To} }
