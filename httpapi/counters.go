package httpapi

import "parley/desk"

// Counters are the numbers beside the views, for one member.
type Counters struct {
	Mine             int64 `json:"mine" doc:"Open conversations assigned to me."`
	MineUnread       int64 `json:"mine_unread" doc:"Of those, with unread messages."`
	Unassigned       int64 `json:"unassigned" doc:"Open conversations that nobody has taken."`
	UnassignedUnread int64 `json:"unassigned_unread" doc:"Of those, with unread messages."`
	Waiting          int64 `json:"waiting" doc:"Customers who wait for an answer."`
	WaitingMine      int64 `json:"waiting_mine" doc:"Of those, the ones assigned to me."`
	Open             int64 `json:"open"`
	Version          int64 `json:"version" doc:"Number of the workspace's last change that is counted in."`
}

// EncodeCounters brings counts into the form of the API. version is the number
// of a change that they surely contain.
func EncodeCounters(c desk.Counts, version int64) Counters {
	return Counters{Mine: c.Mine, MineUnread: c.MineUnread, Unassigned: c.Unassigned, UnassignedUnread: c.UnassignedUnread, Waiting: c.Waiting, WaitingMine: c.WaitingMine, Open: c.Open, Version: version}
}
