// Package whatsapp translates between the WhatsApp Business Platform (Cloud
// API) and the words of desk. It stores nothing and decides nothing: a hook's
// bytes become desk.Updates, a desk.Outgoing becomes one request, and an answer
// becomes a channel.Receipt or a *desk.SendError that says what follows.
//
// Two providers speak the same messages: "cloud", Meta itself, and
// "360dialog", a reseller that passes Meta's messages through unchanged with
// other addresses and another kind of key.
//
// A customer is named by a phone number, by a business-scoped user id (BSUID),
// or by both; since August 2026 the phone may be missing. The two are never
// mixed up: a BSUID is not normalised as a number.
//
// Nothing that a customer wrote is dropped. A message of an unknown type, or
// whose body cannot be read, comes as desk.TypeUnsupported with its JSON; other
// parts that cannot be read come as desk.BadNews. Left out on purpose, with the
// reason in desk.IgnoredNews: group messages, calls, the phone app's history
// and address book, and what another agent of the same account handles.
//
// Protocol facts are from Meta's pages "Webhooks: messages", "Webhooks:
// statuses", "Business-scoped user IDs" (February to May 2026), "Error codes"
// (v24.0, December 2025), "Media" and "Phone numbers", from the OpenAPI file of
// github.com/facebook/openapi (business-messaging-api_v23.0, November 2025),
// and from 360dialog's documentation, all as read on 2026-11-22.
package whatsapp
