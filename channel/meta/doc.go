// Package meta holds what Meta's platforms have in common: how a webhook is
// signed and verified, how its envelope is cut into parts without trusting it,
// what a Graph API error looks like, and how to tell a request that never left
// from one that Meta may have taken.
//
// It knows no network and none of desk's words; channel/whatsapp and
// channel/messenger translate with its help.
//
// Protocol facts are from Meta's pages "Webhooks: getting started", "Create a
// webhook endpoint" and "Graph API: handle errors", as read in November 2026.
package meta
