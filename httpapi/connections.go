package httpapi

import (
	"context"
	"fmt"
	"slices"

	"parley/desk"
)

// ConnectionInput connects an account with its phone numbers.
type ConnectionInput struct {
	Kind        ChannelKind              `json:"kind"`
	Provider    string                   `json:"provider" enum:"cloud,360dialog"`
	Name        string                   `json:"name"`
	WABAID      string                   `json:"waba_id" doc:"WhatsApp Business Account ID."`
	AppSecret   string                   `json:"app_secret,omitempty" doc:"cloud: signs the hooks."`
	VerifyToken string                   `json:"verify_token,omitempty" doc:"cloud: any text; enter the same at Meta."`
	AccessToken string                   `json:"access_token"`
	APIBaseURL  string                   `json:"api_base_url,omitempty" doc:"Instead of the provider's own address."`
	Channels    []ConnectionChannelInput `json:"channels" maxItems:"200"`
}

// ConnectionChannelInput is one phone number.
type ConnectionChannelInput struct {
	ID            string `json:"id,omitempty" doc:"Of a channel of the connection, whose phone number ID may be corrected as long as no message came or went on it."`
	PhoneNumberID string `json:"phone_number_id"`
	PhoneNumber   string `json:"phone_number"`
	Name          string `json:"name,omitempty"`
}

// ConnectionUpdate changes what is given and leaves the rest. Where api_base_url
// leads to another server, the access token and the app secret have to be given
// again. Channels are matched by their id, else by their phone number id, and added
// when they are new; one that was removed comes back with its history. None is removed: that is a call of its own.
type ConnectionUpdate struct {
	Name        *string                   `json:"name,omitempty"`
	WABAID      *string                   `json:"waba_id,omitempty"`
	AppSecret   string                    `json:"app_secret,omitempty"`
	VerifyToken string                    `json:"verify_token,omitempty"`
	AccessToken string                    `json:"access_token,omitempty"`
	APIBaseURL  *string                   `json:"api_base_url,omitempty" doc:"Empty: the provider's own address."`
	Channels    *[]ConnectionChannelInput `json:"channels,omitempty" maxItems:"200"`
}

func newChannels(in []ConnectionChannelInput) ([]desk.NewChannel, error) {
	out := make([]desk.NewChannel, len(in))
	for i, c := range in {
		out[i] = desk.NewChannel{ExternalID: c.PhoneNumberID, Address: c.PhoneNumber, Name: c.Name}
		if c.ID == "" {
			continue
		}
		id, ok := desk.ParseID(c.ID)
		if !ok {
			return nil, desk.Invalid(fmt.Sprintf("channels[%d].id", i), "%q is not the id of a channel.", c.ID)
		}
		out[i].ID = id
	}
	return out, nil
}

func (s *API) createConnection(ctx context.Context, a desk.Actor, in *struct{ Body ConnectionInput }) (Connection, error) {
	b := in.Body
	numbers, err := newChannels(b.Channels)
	if err != nil {
		return Connection{}, err
	}
	c, channels, err := s.cfg.Desk.CreateConnection(ctx, a, desk.NewConnection{
		Kind: desk.Kind(b.Kind), Provider: b.Provider, Name: b.Name, AccountID: b.WABAID, APIBaseURL: b.APIBaseURL,
		Secrets:  desk.Secrets{AppSecret: b.AppSecret, VerifyToken: b.VerifyToken, AccessToken: b.AccessToken},
		Channels: numbers,
	})
	if err != nil {
		return Connection{}, err
	}
	return s.encodeConnection(c, channels), nil
}

func (s *API) listConnections(ctx context.Context, a desk.Actor, _ *struct{}) (List[Connection], error) {
	all, err := s.cfg.Desk.Reader().Connections(ctx, a.Member.Workspace)
	if err != nil {
		return List[Connection]{}, err
	}
	all = slices.DeleteFunc(all, func(c desk.Connection) bool { return !c.RemovedAt.IsZero() })
	channels, err := s.cfg.Desk.Reader().Channels(ctx, a.Member.Workspace)
	return List[Connection]{encodeAll(all, func(c desk.Connection) Connection {
		return s.encodeConnection(c, channels)
	})}, err
}

func (s *API) connection(ctx context.Context, a desk.Actor, in ByID) (desk.Connection, []desk.Channel, error) {
	id, err := in.id("The connection")
	if err != nil {
		return desk.Connection{}, nil, err
	}
	c, err := s.cfg.Desk.Reader().Connection(ctx, a.Member.Workspace, id)
	if err == nil && !c.RemovedAt.IsZero() {
		err = notFound("The connection")
	}
	if err != nil {
		return desk.Connection{}, nil, err
	}
	all, err := s.cfg.Desk.Reader().Channels(ctx, a.Member.Workspace)
	var own []desk.Channel
	for _, ch := range all {
		if ch.Connection == c.ID && ch.RemovedAt.IsZero() {
			own = append(own, ch)
		}
	}
	return c, own, err
}

func (s *API) getConnection(ctx context.Context, a desk.Actor, in *ByID) (Connection, error) {
	c, channels, err := s.connection(ctx, a, *in)
	if err != nil {
		return Connection{}, err
	}
	return s.encodeConnection(c, channels), nil
}

type connectionChange struct {
	ByID
	Body ConnectionUpdate
}

func (s *API) updateConnection(ctx context.Context, a desk.Actor, in *connectionChange) (Connection, error) {
	c, channels, err := s.connection(ctx, a, in.ByID)
	if err != nil {
		return Connection{}, err
	}
	b := in.Body
	n := desk.NewConnection{
		Name: c.Name, AccountID: c.AccountID, APIBaseURL: c.APIBaseURL,
		Secrets: desk.Secrets{AppSecret: b.AppSecret, VerifyToken: b.VerifyToken, AccessToken: b.AccessToken},
		Channels: encodeAll(channels, func(ch desk.Channel) desk.NewChannel {
			return desk.NewChannel{ExternalID: ch.ExternalID, Address: ch.Address, Name: ch.Name}
		}),
	}
	set(&n.Name, b.Name)
	set(&n.AccountID, b.WABAID)
	set(&n.APIBaseURL, b.APIBaseURL)
	if b.Channels != nil {
		if n.Channels, err = newChannels(*b.Channels); err != nil {
			return Connection{}, err
		}
	}
	if _, _, err = s.cfg.Desk.SetConnection(ctx, a, c.ID, n); err != nil {
		return Connection{}, err
	}
	return s.getConnection(ctx, a, &in.ByID)
}

func (s *API) testConnection(ctx context.Context, a desk.Actor, in *ByID) (TestResult, error) {
	c, channels, err := s.connection(ctx, a, *in)
	if err != nil {
		return TestResult{}, err
	}
	if s.cfg.PublicURL != "" {
		c.HookURL = s.cfg.PublicURL + "/hooks/" + c.Key
	}
	found := s.cfg.Tester.Test(ctx, c, channels)
	if err := ctx.Err(); err != nil {
		return TestResult{}, err // who asked is gone, and what was cut short says nothing of the connection
	}
	if err := s.cfg.Desk.Tested(ctx, c, channels, found); err != nil {
		return TestResult{}, err
	}
	result := encodeFindings(found)
	if result.OK {
		s.refused.forget(c.ID)
	}
	return result, nil
}

func (s *API) deleteConnection(ctx context.Context, a desk.Actor, in *ByID) error {
	id, err := in.id("The connection")
	if err != nil {
		return err
	}
	return s.cfg.Desk.RemoveConnection(ctx, a, id)
}

func (s *API) deleteChannel(ctx context.Context, a desk.Actor, in *ByID) error {
	id, err := in.id("The channel")
	if err != nil {
		return err
	}
	return s.cfg.Desk.RemoveChannel(ctx, a, id)
}

func (s *API) listChannels(ctx context.Context, a desk.Actor, _ *struct{}) (List[Channel], error) {
	all, err := s.cfg.Desk.Reader().Channels(ctx, a.Member.Workspace)
	list := List[Channel]{Items: []Channel{}}
	for _, c := range all {
		if a.Scope.Sees(c.ID) {
			list.Items = append(list.Items, EncodeChannel(c))
		}
	}
	return list, err
}
