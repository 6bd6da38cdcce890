package httpapi

import (
	"context"
	"fmt"

	"parley/desk"
)

// MemberInput adds a person.
type MemberInput struct {
	Email    string `json:"email"`
	Name     string `json:"name"`
	Role     Role   `json:"role"`
	Password string `json:"password,omitempty" maxLength:"800" doc:"Without one they cannot sign in with a password."`
}

// TeamInput makes a team.
type TeamInput struct {
	Name       string   `json:"name"`
	MemberIDs  []string `json:"member_ids,omitempty" maxItems:"1000"`
	ChannelIDs []string `json:"channel_ids,omitempty" maxItems:"1000"`
}

func (s *API) listMembers(ctx context.Context, a desk.Actor, _ *struct{}) (List[Member], error) {
	all, err := s.cfg.Desk.Reader().Members(ctx, a.Member.Workspace)
	return List[Member]{encodeAll(all, EncodeMember)}, err
}

func (s *API) createMember(ctx context.Context, a desk.Actor, in *struct{ Body MemberInput }) (Member, error) {
	b := in.Body
	m, err := s.cfg.Desk.AddMember(ctx, a, desk.NewMember{Email: b.Email, Name: b.Name, Role: desk.Role(b.Role), Password: b.Password})
	return EncodeMember(m), err
}

func (s *API) listTeams(ctx context.Context, a desk.Actor, _ *struct{}) (List[Team], error) {
	all, err := s.cfg.Desk.Reader().Teams(ctx, a.Member.Workspace)
	return List[Team]{encodeAll(all, EncodeTeam)}, err
}

func (s *API) createTeam(ctx context.Context, a desk.Actor, in *struct{ Body TeamInput }) (Team, error) {
	members, err := ids("member_ids", in.Body.MemberIDs)
	if err != nil {
		return Team{}, err
	}
	channels, err := ids("channel_ids", in.Body.ChannelIDs)
	if err != nil {
		return Team{}, err
	}
	t, err := s.cfg.Desk.CreateTeam(ctx, a, in.Body.Name, members, channels)
	return EncodeTeam(t), err
}

func ids(field string, values []string) ([]desk.ID, error) {
	all := make([]desk.ID, len(values))
	for i, v := range values {
		id, ok := desk.ParseID(v)
		if !ok {
			return nil, desk.Invalid(fmt.Sprintf("%s[%d]", field, i), "This is not an id.")
		}
		all[i] = id
	}
	return all, nil
}

// names are of everybody who ever wrote in the workspace.
func (s *API) names(ctx context.Context, a desk.Actor) (Names, error) {
	all, err := s.cfg.Desk.Reader().Members(ctx, a.Member.Workspace)
	return NamesOf(all), err
}
