package httpapi

import (
	"context"
	"time"

	"parley/desk"
)

// Token is a program's key to the API with its member's rights.
type Token struct {
	ID         string     `json:"id"`
	Name       string     `json:"name"`
	CreatedAt  time.Time  `json:"created_at"`
	LastUsedAt *time.Time `json:"last_used_at" doc:"To the hour."`
	RevokedAt  *time.Time `json:"revoked_at"`
}

// NewToken is a token with its value, which is told only once.
type NewToken struct {
	Token
	Value string `json:"value" doc:"Send it as Authorization: Bearer. It is not shown again."`
}

// TokenInput makes a token.
type TokenInput struct {
	Name string `json:"name" doc:"What it is for."`
}

func encodeToken(t desk.Token) Token {
	return Token{ID: t.ID.String(), Name: t.Name, CreatedAt: t.CreatedAt, LastUsedAt: timeOrNil(t.UsedAt), RevokedAt: timeOrNil(t.RevokedAt)}
}

func (s *API) listTokens(ctx context.Context, a desk.Actor, _ *struct{}) (List[Token], error) {
	all, err := s.cfg.Desk.Reader().Tokens(ctx, a.Member.Workspace, a.Member.ID)
	return List[Token]{encodeAll(all, encodeToken)}, err
}

func (s *API) createToken(ctx context.Context, a desk.Actor, in *struct{ Body TokenInput }) (NewToken, error) {
	t, value, err := s.cfg.Desk.CreateToken(ctx, a.Member, in.Body.Name)
	return NewToken{encodeToken(t), value}, err
}

func (s *API) deleteToken(ctx context.Context, a desk.Actor, in *ByID) error {
	id, err := in.id("The token")
	if err != nil {
		return err
	}
	return s.cfg.Desk.RevokeToken(ctx, a, id)
}
