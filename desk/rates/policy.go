package rates

import "slices"

// Model is what is counted and which columns a card has.
type Model string

const (
	// ByInitiator charges conversations of 24 hours by who began them. An open
	// one covers every message.
	ByInitiator Model = "initiator"
	// ByCategory charges conversations of 24 hours by category. A template is
	// covered by an open conversation of its own category, a free-form message by
	// one of any.
	ByCategory Model = "category"
	// PerMessage charges each delivered message.
	PerMessage Model = "message"
)

// provider is the pricing_model that statuses carry.
func (m Model) provider() string {
	if m == PerMessage {
		return "PMP"
	}
	return "CBP"
}

// columns are the categories that a card of the model can print.
func (m Model) columns() []Category {
	switch m {
	case ByInitiator:
		return []Category{BusinessInitiated, UserInitiated}
	case ByCategory, PerMessage:
		return []Category{Marketing, Utility, Authentication, AuthenticationInternational, Service}
	}
	return nil
}

// Scope is what an allowance belongs to.
type Scope string

const (
	PerAccount Scope = "account" // a WhatsApp Business Account
	PerNumber  Scope = "number"  // a business phone number
)

// Allowance is what is free each month, without rollover. The zero Allowance is
// none.
type Allowance struct {
	Units int // messages, or conversations under the models that charge those
	Of    []Category
	Per   Scope
}

func (a Allowance) covers(c Category) bool { return a.Units > 0 && slices.Contains(a.Of, c) }

// Policy is one set of rules of Meta. A policy holds from its first day until
// the next one begins.
type Policy struct {
	Name         string
	From         Date
	Model        Model
	Free         []Category // never charged
	FreeInWindow []Category // not charged in an open service window
	FreeInEntry  bool       // nothing is charged in an open free entry point
	Allowance    Allowance
	Tiered       []Category // cheaper by volume in the month
	Source       string     // page of Meta and its date
}

// category is what a message is charged as when the provider said nothing else.
// Under ByInitiator an answer within the service window is part of a
// conversation that the customer began, even if it is a template.
func (p *Policy) category(a *Ask) Category {
	switch {
	case p.Model == ByInitiator && (a.Window || a.Template == ""):
		return UserInitiated
	case p.Model == ByInitiator:
		return BusinessInitiated
	case a.Template == "":
		return Service
	}
	return a.Template
}

// priced reports whether cards of the policy's model have a column for a
// category.
func (p *Policy) priced(c Category) bool { return slices.Contains(p.Model.columns(), c.listed()) }

// takes reports whether a template can have a category; none is a free-form
// message. Who began the conversation decided before there were these.
func (p *Policy) takes(template Category) bool {
	switch template {
	case "", Marketing, Utility, Authentication:
		return true
	}
	return p.Model == ByInitiator
}

// covered reports whether the message is part of a conversation that was charged.
func (p *Policy) covered(a *Ask, c Category) bool {
	switch {
	case p.Model == PerMessage:
		return false
	case a.Conversation != ByRecords:
		return a.Conversation == Joins
	case p.Model == ByInitiator, a.Template == "":
		return len(a.Open) > 0
	}
	return slices.Contains(a.Open, c)
}

// Policies are Meta's rules since 2022. Conversations that are open when the
// model changes are not documented: under PerMessage they cover nothing, and one
// of 2023-05-31 covers free-form messages until it ends.
func Policies() []Policy {
	return []Policy{
		{
			Name: "2022-02", From: Day(2022, 2, 1), Model: ByInitiator, FreeInEntry: true,
			Allowance: Allowance{Units: 1000, Of: []Category{UserInitiated, BusinessInitiated}, Per: PerAccount},
			Source:    "Meta, Conversation-based pricing, 2022-02-01",
		},
		{
			Name: "2023-06", From: Day(2023, 6, 1), Model: ByCategory, FreeInEntry: true,
			Allowance: Allowance{Units: 1000, Of: []Category{Service}, Per: PerAccount},
			Source:    "Meta, Conversation-based pricing, 2023-06-01: templates no longer use the free tier",
		},
		{
			Name: "2024-11", From: Day(2024, 11, 1), Model: ByCategory, FreeInEntry: true,
			Free:   []Category{Service},
			Source: "Meta, Pricing updates, 2024-11-01: service conversations are free and unlimited",
		},
		{
			Name: "2025-07", From: Day(2025, 7, 1), Model: PerMessage, FreeInEntry: true,
			Free: []Category{Service}, FreeInWindow: []Category{Utility}, Tiered: []Category{Utility, Authentication},
			Source: "Meta, Pricing updates, 2025-07-01: delivered templates are charged; utility in the window is free",
		},
		{
			Name: "2026-10", From: Day(2026, 10, 1), Model: PerMessage, FreeInEntry: true,
			Allowance: Allowance{Units: 1000, Of: []Category{Service}, Per: PerNumber},
			Tiered:    []Category{Utility, Authentication},
			Source:    "Meta, Pricing (2026-08-05) and Non-template messages (2026-08-25): service is charged from the 1,001st delivered message of a number and month, utility in the window too",
		},
	}
}

// internationalSince is the first day with a rate for authentication-international
// in a market, or zero. It matters where a card was not seen with that column:
// before that day there is nothing to miss. (Meta, "Authentication-international
// rates", 2024-06 to 2026-10.)
func internationalSince(m Market) Date {
	switch m {
	case "Indonesia":
		return Day(2024, 6, 1)
	case "India":
		return Day(2024, 7, 1)
	case "Egypt", "Malaysia", "Nigeria", "Pakistan", "Saudi Arabia", "South Africa", "United Arab Emirates":
		return Day(2025, 2, 1)
	case "Bangladesh", "Iraq", "Kazakhstan", "Kuwait", "Morocco", "Nepal", "Oman", "Sri Lanka", "Ukraine":
		return Day(2026, 10, 1)
	}
	return 0
}
