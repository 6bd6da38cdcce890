// Package rates knows what a WhatsApp message costs.
//
// A Book holds three kinds of dated data: policies (what is charged and what is
// free), rate cards (amounts by market and category) and a map of markets (which
// customer belongs to which). Quote asks it before a message is sent, Settle
// when a status tells what the provider made of it, and Bill for a whole log.
// Whether a message may be sent at all is not asked here: "not allowed" is not a
// price.
//
// Amounts are whole millionths, never floats. What a card does not say is
// unknown, never zero, and a date without a card is never priced by the card of
// another date. Amounts of cards that are not the provider's own are marked as
// estimates.
//
// Policies, cards and markets change at 00:00 in the time zone of the WhatsApp
// Business Account (Meta, "Pricing updates on the WhatsApp Business Platform").
// A quote is dated by the time of the question. A charge is dated by the
// provider's time of the first delivered or read status, because messages are
// charged when delivered (Meta, "Pricing", 2026-08-05); see Bill.
//
// What Meta does not document is a setting with a stated default: see Terms.
//
// The package is pure. It reads no clock and keeps no state; a Book is not
// changed after it was made and may be shared by goroutines.
package rates
