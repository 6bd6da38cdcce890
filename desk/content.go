package desk

import (
	"bytes"
	"encoding/json"
)

// Content is what a message carries beside its text. At most one of the
// pointers that belong to the message's type is set; Referral, Product and
// Forwarded may stand beside any of them. It is stored and served as JSON with
// these names.
type Content struct {
	Files       []ID         `json:"files,omitempty"` // rows of files, for media types
	Voice       bool         `json:"voice,omitempty"`
	Animated    bool         `json:"animated,omitempty"`
	PreviewURL  bool         `json:"preview_url,omitempty"`
	Location    *Location    `json:"location,omitempty"`
	Cards       []Card       `json:"contacts,omitempty"`
	Interactive *Interactive `json:"interactive,omitempty"`
	Choice      *Choice      `json:"choice,omitempty"`
	Purchase    *Purchase    `json:"order,omitempty"`
	Reaction    *React       `json:"reaction,omitempty"`
	Template    *Template    `json:"template,omitempty"`
	Event       *Event       `json:"event,omitempty"`
	Unsupported *Unsupported `json:"unsupported,omitempty"`
	Referral    *Referral    `json:"referral,omitempty"`
	Product     *Product     `json:"product,omitempty"`
	Forwarded   string       `json:"forwarded,omitempty"` // "", "once", "often" (more than 5 hops)
}

// equal compares contents in the form in which they are stored, where an empty
// list and none are the same.
func (c Content) equal(o Content) bool {
	a, aerr := json.Marshal(c)
	b, berr := json.Marshal(o)
	return aerr == nil && berr == nil && bytes.Equal(a, b)
}

// Location in degrees.
type Location struct {
	Latitude  float64 `json:"latitude"`
	Longitude float64 `json:"longitude"`
	Name      string  `json:"name,omitempty"`
	Address   string  `json:"address,omitempty"`
	URL       string  `json:"url,omitempty"`
}

// Card is a contact card inside a message.
type Card struct {
	Name      string        `json:"name"`
	FirstName string        `json:"first_name,omitempty"`
	LastName  string        `json:"last_name,omitempty"`
	Phones    []CardPhone   `json:"phones,omitempty"`
	Emails    []CardLine    `json:"emails,omitempty"`
	URLs      []CardLine    `json:"urls,omitempty"`
	Addresses []CardAddress `json:"addresses,omitempty"`
	Company   string        `json:"company,omitempty"`
	Title     string        `json:"title,omitempty"`
	Birthday  string        `json:"birthday,omitempty"` // YYYY-MM-DD as sent
}

// CardPhone is a number on a card, as its owner wrote it.
type CardPhone struct {
	Phone string `json:"phone"`
	Type  string `json:"type,omitempty"`
	WaID  string `json:"wa_id,omitempty"` // WhatsApp's form of the number
}

// CardLine is a typed line of a card: an e-mail address or a link.
type CardLine struct {
	Value string `json:"value"`
	Type  string `json:"type,omitempty"`
}

// CardAddress is a postal address on a card.
type CardAddress struct {
	Street  string `json:"street,omitempty"`
	City    string `json:"city,omitempty"`
	State   string `json:"state,omitempty"`
	Zip     string `json:"zip,omitempty"`
	Country string `json:"country,omitempty"`
	Type    string `json:"type,omitempty"`
}

// Interactive is a message with something to tap. Kind is "button" (1 to 3
// reply buttons), "list" (up to 10 rows in sections), "link" (one button that
// opens URL) or "other" (shown by its body only).
type Interactive struct {
	Kind     string    `json:"kind" enum:"button,list,link,other"`
	Header   string    `json:"header,omitempty"`
	Body     string    `json:"body"`
	Footer   string    `json:"footer,omitempty"`
	Buttons  []Option  `json:"buttons,omitempty"`
	Button   string    `json:"button,omitempty"` // caption that opens the list or the link
	Sections []Section `json:"sections,omitempty"`
	URL      string    `json:"url,omitempty"`
}

// Section of a list.
type Section struct {
	Title string   `json:"title,omitempty"`
	Rows  []Option `json:"rows"`
}

// Option is a button or a row.
type Option struct {
	ID          string `json:"id"`
	Title       string `json:"title"`
	Description string `json:"description,omitempty"`
}

// Choice is what the customer tapped or filled in. Kind is "button", "list",
// "template_button", "flow", "address" or "call_permission". Data is the form's
// answer as JSON.
type Choice struct {
	Kind        string          `json:"kind"`
	ID          string          `json:"id,omitempty"`
	Title       string          `json:"title,omitempty"`
	Description string          `json:"description,omitempty"`
	Data        json.RawMessage `json:"data,omitempty"`
}

// Purchase is an order that the customer placed from a catalogue. Prices are
// decimal strings as the provider wrote them.
type Purchase struct {
	CatalogID string         `json:"catalog_id"`
	Items     []PurchaseItem `json:"items"`
}

// PurchaseItem is one line of a Purchase.
type PurchaseItem struct {
	ProductID string `json:"product_id"`
	Quantity  int    `json:"quantity"`
	Price     string `json:"price"`
	Currency  string `json:"currency"`
}

// React is an outgoing reaction: an emoji on a message, or "" to take it back.
type React struct {
	Target ID     `json:"target"`
	Emoji  string `json:"emoji"`
}

// Template is a template message as far as it can be shown.
type Template struct {
	Name     string `json:"name"`
	Language string `json:"language,omitempty"`
}

// Event is an entry of the conversation's history. Kind is one of "assigned",
// "unassigned", "closed", "reopened", "snoozed", "woken", "no_reply_needed",
// "needs_reply", "number_changed", "user_id_changed", "identity_changed".
type Event struct {
	Kind   string `json:"kind"`
	Member ID     `json:"member,omitempty"` // whom it concerns, such as the new assignee
	Until  string `json:"until,omitempty"`  // RFC 3339, for "snoozed"
	Old    string `json:"old,omitempty"`
	New    string `json:"new,omitempty"`
}

// Unsupported says what the provider or we could not show.
type Unsupported struct {
	Type   string          `json:"type"` // the provider's name of the type, "unknown" when it gave none
	Code   int             `json:"code,omitempty"`
	Title  string          `json:"title,omitempty"`
	Detail string          `json:"detail,omitempty"`
	Raw    json.RawMessage `json:"raw,omitempty"` // what came, for a later version that knows it
}

// Referral is the ad or post through which the customer came (click to
// WhatsApp). ClickID is absent for placements in WhatsApp Status.
type Referral struct {
	SourceURL    string `json:"source_url,omitempty"`
	SourceID     string `json:"source_id,omitempty"`
	SourceType   string `json:"source_type,omitempty"` // "ad" or "post"
	Headline     string `json:"headline,omitempty"`
	Body         string `json:"body,omitempty"`
	MediaType    string `json:"media_type,omitempty"`
	MediaURL     string `json:"media_url,omitempty"`
	ThumbnailURL string `json:"thumbnail_url,omitempty"`
	ClickID      string `json:"click_id,omitempty"`
}

// Product is the catalogue item that a message asks about.
type Product struct {
	CatalogID string `json:"catalog_id"`
	ProductID string `json:"product_id"`
}
