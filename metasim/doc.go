// Package metasim is a stand-in for Meta's WhatsApp Cloud API, for 360dialog's
// variant of it, and for the phones of the customers on the other side.
//
// It exists for tests and demonstrations of software that talks to WhatsApp:
// point the base URL of that software at a [Server], tell the server about a
// business number, and let simulated customers write. Nothing leaves the
// process except the webhook calls to the callback addresses it is given.
//
//	sim := metasim.New(metasim.Config{})
//	defer sim.Close()
//	web := httptest.NewServer(sim)
//	sim.AddNumber(metasim.Number{
//		WABAID: "100", PhoneNumberID: "200", PhoneNumber: "+421900000001", Name: "Shop",
//		AppSecret: "secret", AccessToken: "token",
//		CallbackURL: "http://127.0.0.1:8080/hooks/abc", VerifyToken: "verify",
//	})
//	sim.CustomerSend("+421900123456", metasim.CustomerMessage{Type: "text", Text: "Dobrý deň"})
//
// # What it knows
//
//   - The Graph API below /{version}/ and without a version: messages, media,
//     templates (a fixed set), phone numbers, subscribed apps, profile. The
//     same paths are answered below /sim/graph/, for programs that mount only
//     /sim/. Requests with a D360-API-KEY header get 360dialog's flavour.
//   - Meta's errors: those that come at once as an HTTP error, and those that
//     come later as a failed status after a 200 (131026, 131047, ...).
//   - Webhooks: Meta's envelope in ASCII-escaped JSON, signed over exactly
//     those bytes, retried, in order of creation unless a fault says otherwise.
//   - The rules behind them by the simulator's clock: the 24-hour window, the
//     free entry point, pair and throughput limits, pricing objects of the
//     model in force on that date, media addresses that expire.
//   - A control API below /sim/api/ to play customers, set faults and the
//     clock, and to read what arrived; and a phone to play customers by hand
//     at /sim/.
//
// # How state lies
//
// Everything is in memory behind one mutex and bounded: journals and threads
// drop their oldest entries. A thread belongs to one number and one customer
// and holds their messages, the window and the limits. Two kinds of goroutine
// run: one scheduler that moves messages from accepted to sent and delivered,
// and one delivery loop per number that posts webhooks. [Server.Close] stops
// them and waits.
//
// # What it does not do
//
// It does not fetch media links, create or review templates, simulate groups,
// calls, payments or the Marketing Messages API's bidding, and it does not
// speak TLS. Identifiers are random, so two runs never collide; only faults
// and personas follow the seed. It has no access control of its own: the
// control API is for loopback and for tests.
package metasim
