package rates

// Pricing is the object pricing of a status. (Meta, webhooks reference "statuses", 2026-02.)
type Pricing struct {
	Model    string   `json:"pricing_model"` // "CBP", "PMP", or empty
	Type     string   `json:"type"`          // "regular", "free_customer_service", "free_entry_point", or empty as before 2025-07
	Category Category `json:"category"`      // as sent, or empty
	Billable *bool    `json:"billable"`      // nil when missing; Meta announced that it goes
}

// Settle is the charge for a delivered message. a.When is the provider's time of
// the first delivered or read status; a.Used and a.Charged are what was delivered
// before. The provider's word on category and type counts more than our records;
// an allowance is counted by our records, see Terms. A nil p is no word.
func (b *Book) Settle(a Ask, p *Pricing) Quote {
	a.Used.Pending = 0
	return b.price(&a, p)
}

type verdict int

const (
	undecided verdict = iota
	charged
	free
	unclear
)

// verdict is what the provider says about charging.
func (p *Pricing) verdict(policy *Policy) (verdict, Why) {
	switch {
	case p == nil:
		return undecided, ""
	case p.Model != "" && p.Model != policy.Model.provider():
		return unclear, OtherModel
	case p.Type == "free_entry_point", p.Type == "" && p.Category == ReferralConversion:
		return free, InEntryPoint
	case p.Type == "free_customer_service":
		return free, InWindow
	case p.Billable != nil && !*p.Billable:
		return free, ByProvider
	case p.Type != "regular" && p.Type != "":
		return unclear, UnknownType
	case p.Type == "regular", p.Billable != nil:
		return charged, ""
	}
	return undecided, ""
}

// names reports whether the provider told the category.
func (p *Pricing) names() bool { return p != nil && p.Category != "" }
