package httpapi

import (
	"context"
	"time"

	"parley/desk"
)

// Demo is what a demonstration adds: nobody needs a password, and the clock can
// be moved. Everything is required.
type Demo struct {
	// Members are those whom a visitor can be, the first one first. Of several
	// with one role the first is taken.
	Members func(ctx context.Context) ([]desk.Member, error)

	// Advance moves the clock of the server and of the simulator.
	Advance func(ctx context.Context, by time.Duration) error

	SimPath         string // where the customers' phones are, such as "/sim/"
	Email, Password string // what a person would sign in with
}

// DemoInfo is what a demonstration offers.
type DemoInfo struct {
	Members    []Member  `json:"members" doc:"Whom a visitor can be."`
	SimPath    string    `json:"sim_path" doc:"Where the customers' phones are."`
	Email      string    `json:"email" doc:"What a person would sign in with."`
	Password   string    `json:"password"`
	ServerTime time.Time `json:"server_time"`
}

// DemoSignIn chooses whom to be.
type DemoSignIn struct {
	Role Role `json:"role"`
}

// DemoClock moves the clock forward.
type DemoClock struct {
	AdvanceSeconds int64  `json:"advance_seconds,omitempty" minimum:"0" maximum:"2592000"`
	ConversationID string `json:"conversation_id,omitempty" doc:"Instead: to 2 minutes before the window of this conversation closes."`
}

// DemoTime is the time after the clock was moved.
type DemoTime struct {
	ServerTime time.Time `json:"server_time"`
}

const beforeClosing = 2 * time.Minute

func (s *API) getDemo(ctx context.Context, _ desk.Actor, _ *struct{}) (DemoInfo, error) {
	members, err := s.cfg.Demo.Members(ctx)
	d := s.cfg.Demo
	return DemoInfo{Members: encodeAll(members, EncodeMember), SimPath: d.SimPath, Email: d.Email, Password: d.Password, ServerTime: s.cfg.Desk.Now()}, err
}

func (s *API) demoSignIn(ctx context.Context, _ desk.Actor, in *struct{ Body DemoSignIn }) (*signedIn, error) {
	members, err := s.cfg.Demo.Members(ctx)
	if err != nil {
		return nil, err
	}
	for _, m := range members {
		if m.Role == desk.Role(in.Body.Role) {
			return s.startSession(ctx, m)
		}
	}
	return nil, desk.Invalid("role", "The demonstration has nobody with this role.")
}

func (s *API) demoClock(ctx context.Context, a desk.Actor, in *struct{ Body DemoClock }) (DemoTime, error) {
	by := time.Duration(in.Body.AdvanceSeconds) * time.Second
	if in.Body.ConversationID != "" {
		id, err := idField("conversation_id", "conversation", in.Body.ConversationID)
		if err != nil {
			return DemoTime{}, err
		}
		r, err := s.row(ctx, a, id)
		if err != nil {
			return DemoTime{}, err
		}
		if by = r.Conversation.Window().ClosesAt.Add(-beforeClosing).Sub(s.cfg.Desk.Now()); by < 0 {
			return DemoTime{}, desk.Errorf(desk.CodeConflict, "The window of this conversation is closed, or closes in less than 2 minutes.")
		}
	}
	err := s.cfg.Demo.Advance(ctx, by)
	return DemoTime{s.cfg.Desk.Now()}, err
}
