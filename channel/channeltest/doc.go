// Package channeltest is the contract of channel.Driver in executable form.
// Every channel's own tests call Run with a Subject that describes the channel;
// what is peculiar to a network is tested in its folder.
//
// Nothing here leaves the machine: a Subject is pointed at servers of net/http/
// httptest, and at clients that break at a chosen point.
package channeltest
