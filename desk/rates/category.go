package rates

// Category is what a message or conversation is charged as. The values are those
// of the pricing object of a status. An unknown one is kept as it came; it has no
// rate, and Known tells it.
type Category string

const (
	UserInitiated     Category = "user_initiated"     // conversations until 2023-05
	BusinessInitiated Category = "business_initiated" // conversations until 2023-05

	Marketing      Category = "marketing"
	Utility        Category = "utility"
	Authentication Category = "authentication"
	Service        Category = "service" // not a template

	// AuthenticationInternational is charged for authentication templates to some
	// markets once the business is eligible (since 2024-06-01).
	AuthenticationInternational Category = "authentication-international"
	// MarketingLite is a marketing template sent through the Marketing Messages
	// API. It is priced as marketing, which holds until prices there become bids
	// (announced for 2027).
	MarketingLite Category = "marketing_lite"
	// ReferralConversion is whatever is sent in a free entry point.
	ReferralConversion Category = "referral_conversion"
)

// Known reports whether the category is one of those above.
func (c Category) Known() bool {
	switch c {
	case UserInitiated, BusinessInitiated, Marketing, Utility, Authentication, Service,
		AuthenticationInternational, MarketingLite, ReferralConversion:
		return true
	}
	return false
}

// listed is the column of a card that prices the category.
func (c Category) listed() Category {
	if c == MarketingLite {
		return Marketing
	}
	return c
}
