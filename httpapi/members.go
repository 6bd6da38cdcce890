package httpapi

import (
	"context"
	"fmt"
	"slices"

	"parley/desk"
)

// MemberInput adds a person.
type MemberInput struct {
	Email    string `json:"email"`
	Name     string `json:"name"`
	Role     Role   `json:"role"`
	Password string `json:"password,omitempty" maxLength:"800" doc:"Without one they cannot sign in with a password."`
}

// MemberUpdate changes what is given and leaves the rest.
type MemberUpdate struct {
	Name         *string `json:"name,omitempty"`
	Role         *Role   `json:"role,omitempty" doc:"Counts from this moment. Only owners change owners, and one owner stays."`
	Password     *string `json:"password,omitempty" maxLength:"800" doc:"A new password; all their sessions end."`
	RevokeTokens bool    `json:"revoke_tokens,omitempty" doc:"End their API tokens, too."`
}

// TeamInput makes a team.
type TeamInput struct {
	Name       string   `json:"name"`
	MemberIDs  []string `json:"member_ids,omitempty" maxItems:"1000"`
	ChannelIDs []string `json:"channel_ids,omitempty" maxItems:"1000"`
}

// TeamUpdate changes what is given and leaves the rest.
type TeamUpdate struct {
	Name       *string   `json:"name,omitempty"`
	MemberIDs  *[]string `json:"member_ids,omitempty" maxItems:"1000" doc:"All its members."`
	ChannelIDs *[]string `json:"channel_ids,omitempty" maxItems:"1000" doc:"All its channels."`
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

type memberChange struct {
	ByID
	Body MemberUpdate
}

func (s *API) updateMember(ctx context.Context, a desk.Actor, in *memberChange) (Member, error) {
	id, err := in.id("The member")
	if err != nil {
		return Member{}, err
	}
	b := in.Body
	m, err := s.cfg.Desk.UpdateMember(ctx, a, id, desk.MemberChange{Name: b.Name, Role: (*desk.Role)(b.Role), Password: b.Password, RevokeTokens: b.RevokeTokens})
	return EncodeMember(m), err
}

func (s *API) deleteMember(ctx context.Context, a desk.Actor, in *ByID) error {
	id, err := in.id("The member")
	if err != nil {
		return err
	}
	return s.cfg.Desk.RemoveMember(ctx, a, id)
}

func (s *API) listTeams(ctx context.Context, a desk.Actor, _ *struct{}) (List[Team], error) {
	all, err := s.cfg.Desk.Reader().Teams(ctx, a.Member.Workspace)
	for i := range all {
		all[i].Channels = slices.DeleteFunc(all[i].Channels, func(id desk.ID) bool { return !a.Scope.Sees(id) })
	}
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

type teamChange struct {
	ByID
	Body TeamUpdate
}

func (s *API) updateTeam(ctx context.Context, a desk.Actor, in *teamChange) (Team, error) {
	id, err := in.id("The team")
	if err != nil {
		return Team{}, err
	}
	ch := desk.TeamChange{Name: in.Body.Name}
	if ch.Members, err = idsIfGiven("member_ids", in.Body.MemberIDs); err != nil {
		return Team{}, err
	}
	if ch.Channels, err = idsIfGiven("channel_ids", in.Body.ChannelIDs); err != nil {
		return Team{}, err
	}
	t, err := s.cfg.Desk.UpdateTeam(ctx, a, id, ch)
	return EncodeTeam(t), err
}

func (s *API) deleteTeam(ctx context.Context, a desk.Actor, in *ByID) error {
	id, err := in.id("The team")
	if err != nil {
		return err
	}
	return s.cfg.Desk.DeleteTeam(ctx, a, id)
}

func idsIfGiven(field string, values *[]string) (*[]desk.ID, error) {
	if values == nil {
		return nil, nil
	}
	all, err := ids(field, *values)
	return &all, err
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
	return s.cfg.Desk.Reader().Names(ctx, a.Member.Workspace)
}
