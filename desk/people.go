package desk

import (
	"context"
	"crypto/sha256"
	"errors"
	"fmt"
	"net/mail"
	"slices"
	"strings"
	"time"
	"unicode/utf8"
)

const (
	sessionIdle = 14 * 24 * time.Hour // a session unused for this long ends
	sessionMost = 90 * 24 * time.Hour // and every session after this
	seenEvery   = time.Minute         // how exactly SeenAt is kept
	minPassword = 10
	maxPassword = 200
	maxName     = 300
)

// NewMember is what is needed to add a person.
type NewMember struct {
	Email    string
	Name     string
	Role     Role
	Password string // "" means no password login
}

// check brings what was entered into its form and joins one error for each field
// that is wrong.
func (n *NewMember) check() error {
	n.Email = strings.ToLower(strings.TrimSpace(n.Email))
	n.Name = strings.TrimSpace(Clean(n.Name))
	var wrong []error
	if n.Name == "" || utf8.RuneCountInString(n.Name) > maxName {
		wrong = append(wrong, Invalid("name", "The name must have between 1 and %d characters.", maxName))
	}
	switch a, err := mail.ParseAddress(n.Email); {
	case n.Email == "":
		wrong = append(wrong, Invalid("email", "Enter an e-mail address."))
	case err != nil || a.Address != n.Email || len(n.Email) > 254:
		wrong = append(wrong, Invalid("email", "%q is not an e-mail address.", n.Email))
	}
	if !n.Role.Valid() {
		wrong = append(wrong, Invalid("role", "%q is not a role. Use owner, admin, supervisor or agent.", string(n.Role)))
	}
	if n.Password != "" {
		wrong = append(wrong, checkPassword(n.Password))
	}
	return errors.Join(wrong...)
}

func checkPassword(p string) error {
	if n := utf8.RuneCountInString(p); n < minPassword || n > maxPassword {
		return Invalid("password", "The password must have between %d and %d characters.", minPassword, maxPassword)
	}
	return nil
}

// CheckWorkspace joins one error for each field of a new workspace and its owner
// that is wrong. The owner needs a password: nobody else could let them in.
func CheckWorkspace(name string, owner NewMember) error {
	return errors.Join(checkWorkspaceName(&name), checkFirst(&owner))
}

func checkWorkspaceName(name *string) error {
	*name = strings.TrimSpace(Clean(*name))
	if *name == "" || utf8.RuneCountInString(*name) > maxName {
		return Invalid("workspace_name", "The workspace's name must have between 1 and %d characters.", maxName)
	}
	return nil
}

func checkFirst(owner *NewMember) error {
	owner.Role = Owner
	err := owner.check()
	if owner.Password == "" {
		err = errors.Join(err, checkPassword(""))
	}
	return err
}

// CreateWorkspace makes a workspace with its first member, who must be an owner.
// With onlyFirst it fails with CodeConflict when there is a workspace already.
func (d *Desk) CreateWorkspace(ctx context.Context, name string, owner NewMember, onlyFirst bool) (Workspace, Member, error) {
	if err := errors.Join(checkWorkspaceName(&name), checkFirst(&owner)); err != nil {
		return Workspace{}, Member{}, err
	}
	hash, err := d.hash(owner.Password)
	if err != nil {
		return Workspace{}, Member{}, err
	}
	var w Workspace
	var m Member
	err = d.write(ctx, FromMembers, func(tx Tx, now time.Time) error {
		if onlyFirst {
			switch taken, err := tx.AnyWorkspace(); {
			case err != nil:
				return err
			case taken:
				return Errorf(CodeConflict, "This server is set up already. Sign in, or ask an owner to add you.")
			}
		}
		w = Workspace{ID: tx.NewID(), Name: name, CreatedAt: now}
		m = Member{ID: tx.NewID(), Workspace: w.ID, Email: owner.Email, Name: owner.Name, Role: Owner, PasswordHash: hash, CreatedAt: now}
		if err := tx.AddWorkspace(w); err != nil {
			return err
		}
		if err := tx.AddMember(m); err != nil {
			return err
		}
		return tx.Apply(Plan{AddAudit{Audit{ID: tx.NewID(), Workspace: w.ID, At: now, Member: m.ID, Action: "workspace.created", SubjectType: "workspace", Subject: w.ID}}})
	})
	return w, m, err
}

// SetupNeeded reports whether nobody has set up the server yet.
func (d *Desk) SetupNeeded(ctx context.Context) (bool, error) {
	ws, err := d.store.Workspaces(ctx)
	return len(ws) == 0, err
}

// AddMember adds a person to the actor's workspace. Only owners add owners.
func (d *Desk) AddMember(ctx context.Context, a Actor, n NewMember) (Member, error) {
	if err := a.require(MayManagePeople); err != nil {
		return Member{}, err
	}
	if err := n.check(); err != nil {
		return Member{}, err
	}
	if n.Role == Owner && a.Member.Role != Owner {
		return Member{}, Errorf(CodeForbidden, "Only an owner may add another owner.")
	}
	workspace := a.Member.Workspace
	hash, err := d.hash(n.Password)
	if err != nil {
		return Member{}, err
	}
	var m Member
	err = d.write(ctx, FromMembers, func(tx Tx, now time.Time) error {
		m = Member{ID: tx.NewID(), Workspace: workspace, Email: n.Email, Name: n.Name, Role: n.Role, PasswordHash: hash, CreatedAt: now}
		if err := tx.AddMember(m); err != nil {
			return err
		}
		return tx.Apply(Plan{
			AddAudit{Audit{ID: tx.NewID(), Workspace: workspace, At: now, Member: a.Member.ID, Action: "member.added", SubjectType: "member", Subject: m.ID, Detail: string(m.Role)}},
			Tell{Change{Workspace: workspace, Kind: MemberChanged, Subject: m.ID}},
		})
	})
	if CodeOf(err) == CodeConflict && !errors.Is(err, errTakenOver) {
		err = d.emailTaken(ctx, workspace, n.Email, err)
	}
	return m, err
}

// emailTaken says whose an address is that cannot be given to a second member, or
// returns err when it is nobody's.
func (d *Desk) emailTaken(ctx context.Context, workspace ID, email string, err error) error {
	all, failed := d.store.MembersByEmail(ctx, email)
	if failed != nil {
		return failed
	}
	for _, m := range all {
		if m.Workspace == workspace && m.RemovedAt.IsZero() {
			return &Error{Code: CodeConflict, Field: "email", Message: fmt.Sprintf("%s is the address of %s, who is a member already. Enter another address.", email, m.Name)}
		}
	}
	return err
}

func (d *Desk) hash(password string) (string, error) {
	if password == "" {
		return "", nil
	}
	return d.passwords.Hash(password)
}

// SignedIn is the result of a sign-in. Secret is the cookie's value and is told
// only once.
type SignedIn struct {
	Member  Member
	Session Session
	Secret  string
}

// errSignIn is the same for an unknown address and a wrong password, so that
// nobody learns who works here.
var errSignIn = Errorf(CodeUnauthorized, "The e-mail address or the password is wrong.")

// SignIn checks a password and starts a session. A person who works in several
// workspaces names one; without that the first is taken.
func (d *Desk) SignIn(ctx context.Context, email, password string, workspace ID, ip, agent string) (SignedIn, error) {
	found, err := d.store.MembersByEmail(ctx, strings.ToLower(strings.TrimSpace(email)))
	if err != nil {
		return SignedIn{}, err
	}
	var m Member
	for _, c := range found {
		if c.RemovedAt.IsZero() && (workspace == 0 || c.Workspace == workspace) && c.PasswordHash != "" {
			m = c
			break
		}
	}
	// An absent member costs as much time as a wrong password.
	if !d.passwords.Verify(m.PasswordHash, password) || m.ID == 0 {
		return SignedIn{}, errSignIn
	}
	return d.startSession(ctx, m, ip, agent)
}

// SignInAs starts a session without a password: for the first owner after
// set-up and for the members of a demonstration.
func (d *Desk) SignInAs(ctx context.Context, m Member, ip, agent string) (SignedIn, error) {
	return d.startSession(ctx, m, ip, agent)
}

// startSession starts a session of a member as they were when they showed who they
// are: not with a password that was changed meanwhile.
func (d *Desk) startSession(ctx context.Context, m Member, ip, agent string) (SignedIn, error) {
	value := secret(32)
	var s Session
	err := d.write(ctx, FromMembers, func(tx Tx, now time.Time) error {
		if is, err := tx.LockMember(m.ID); err != nil {
			return err
		} else if !is.RemovedAt.IsZero() || is.PasswordHash != m.PasswordHash {
			return errSignIn
		}
		s = Session{
			ID: tx.NewID(), Workspace: m.Workspace, Member: m.ID, Hash: hashSecret(value),
			CreatedAt: now, SeenAt: now, ExpiresAt: now.Add(sessionIdle), IP: ip, Agent: firstRunes(Clean(agent), 300),
		}
		if err := tx.AddSession(s); err != nil {
			return err
		}
		return tx.Apply(Plan{AddAudit{Audit{ID: tx.NewID(), Workspace: m.Workspace, At: now, Member: m.ID, Action: "session.started", SubjectType: "session", Subject: s.ID}}})
	})
	return SignedIn{Member: m, Session: s, Secret: value}, err
}

func hashSecret(value string) []byte {
	h := sha256.Sum256([]byte(value))
	return h[:]
}

func firstRunes(s string, n int) string {
	if utf8.RuneCountInString(s) <= n {
		return s
	}
	return string([]rune(s)[:n])
}

// ActorBySession finds who a cookie belongs to and keeps the session alive.
func (d *Desk) ActorBySession(ctx context.Context, value string) (Actor, error) {
	s, err := d.store.SessionByHash(ctx, hashSecret(value))
	if err != nil {
		return Actor{}, unauthorized(err)
	}
	now := Instant(d.now())
	if !now.Before(s.ExpiresAt) {
		return Actor{}, errSignedOut
	}
	a, err := d.actor(ctx, s.Workspace, s.Member)
	if err != nil {
		return Actor{}, err
	}
	a.Session = s.ID
	if now.Sub(s.SeenAt) >= seenEvery {
		s.SeenAt = now
		s.ExpiresAt = now.Add(sessionIdle)
		if end := s.CreatedAt.Add(sessionMost); s.ExpiresAt.After(end) {
			s.ExpiresAt = end
		}
		d.seen.note(ctx, s.ID, d.store, func(tx Tx) error { return tx.SetSession(s) })
	}
	return a, nil
}

// ActorByToken finds who an API token belongs to.
func (d *Desk) ActorByToken(ctx context.Context, value string) (Actor, error) {
	t, err := d.store.TokenByHash(ctx, hashSecret(value))
	if err != nil {
		return Actor{}, unauthorized(err)
	}
	if !t.RevokedAt.IsZero() {
		return Actor{}, errSignedOut
	}
	a, err := d.actor(ctx, t.Workspace, t.Member)
	if err != nil {
		return Actor{}, err
	}
	a.Session, a.Token = t.ID, true
	if now := Instant(d.now()); now.Sub(t.UsedAt) >= time.Hour {
		t.UsedAt = now
		d.seen.note(ctx, t.ID, d.store, func(tx Tx) error { return tx.SetToken(t) })
	}
	return a, nil
}

var errSignedOut = Errorf(CodeUnauthorized, "You are not signed in, or your session has ended. Sign in again.")

func unauthorized(err error) error {
	if CodeOf(err) == CodeNotFound {
		return errSignedOut
	}
	return err
}

func (d *Desk) actor(ctx context.Context, workspace, member ID) (Actor, error) {
	m, err := d.store.Member(ctx, workspace, member)
	if err != nil {
		return Actor{}, unauthorized(err)
	}
	if !m.RemovedAt.IsZero() {
		return Actor{}, errSignedOut
	}
	s, err := d.ScopeOf(ctx, m)
	return Actor{Member: m, Scope: s}, err
}

// ScopeOf computes what a member may see now.
func (d *Desk) ScopeOf(ctx context.Context, m Member) (Scope, error) {
	if m.Role == Owner || m.Role == Admin {
		return scopeOf(m, nil, nil), nil
	}
	teams, err := d.store.Teams(ctx, m.Workspace)
	if err != nil {
		return Scope{}, err
	}
	channels, err := d.store.Channels(ctx, m.Workspace)
	if err != nil {
		return Scope{}, err
	}
	ids := make([]ID, len(channels))
	for i, c := range channels {
		ids[i] = c.ID
	}
	return scopeOf(m, teams, ids), nil
}

// EndSession signs out one of the actor's own sessions.
func (d *Desk) EndSession(ctx context.Context, a Actor, id ID) error {
	mine, err := d.store.Sessions(ctx, a.Member.Workspace, a.Member.ID)
	if err != nil {
		return err
	}
	if !slices.ContainsFunc(mine, func(s Session) bool { return s.ID == id }) {
		return notFound("The session")
	}
	return d.write(ctx, FromMembers, func(tx Tx, now time.Time) error {
		if err := tx.DropSession(id); err != nil {
			return err
		}
		return tx.Apply(Plan{
			AddAudit{Audit{ID: tx.NewID(), Workspace: a.Member.Workspace, At: now, Member: a.Member.ID, Action: "session.ended", SubjectType: "session", Subject: id}},
			Tell{Change{Workspace: a.Member.Workspace, Kind: AccessChanged, Subject: a.Member.ID}},
		})
	})
}

// CreateToken makes an API token with the actor's rights and returns its value,
// which is told only once.
func (d *Desk) CreateToken(ctx context.Context, m Member, name string) (Token, string, error) {
	name = strings.TrimSpace(Clean(name))
	if name == "" || utf8.RuneCountInString(name) > maxName {
		return Token{}, "", Invalid("name", "The token's name must have between 1 and %d characters.", maxName)
	}
	value := "parley_" + secret(32)
	var t Token
	err := d.write(ctx, FromMembers, func(tx Tx, now time.Time) error {
		if is, err := tx.LockMember(m.ID); err != nil {
			return err
		} else if !is.RemovedAt.IsZero() {
			return errSignedOut
		}
		t = Token{ID: tx.NewID(), Workspace: m.Workspace, Member: m.ID, Name: name, Hash: hashSecret(value), CreatedAt: now}
		if err := tx.AddToken(t); err != nil {
			return err
		}
		return tx.Apply(Plan{AddAudit{Audit{ID: tx.NewID(), Workspace: m.Workspace, At: now, Member: m.ID, Action: "token.created", SubjectType: "token", Subject: t.ID, Detail: name}}})
	})
	return t, value, err
}

// RevokeToken ends one of the actor's own tokens.
func (d *Desk) RevokeToken(ctx context.Context, a Actor, id ID) error {
	mine, err := d.store.Tokens(ctx, a.Member.Workspace, a.Member.ID)
	if err != nil {
		return err
	}
	i := slices.IndexFunc(mine, func(t Token) bool { return t.ID == id })
	if i < 0 {
		return notFound("The token")
	}
	return d.write(ctx, FromMembers, func(tx Tx, now time.Time) error {
		t := mine[i]
		t.RevokedAt = now
		if err := tx.SetToken(t); err != nil {
			return err
		}
		return tx.Apply(Plan{
			AddAudit{Audit{ID: tx.NewID(), Workspace: a.Member.Workspace, At: now, Member: a.Member.ID, Action: "token.revoked", SubjectType: "token", Subject: id, Detail: t.Name}},
			Tell{Change{Workspace: a.Member.Workspace, Kind: AccessChanged, Subject: a.Member.ID}},
		})
	})
}

// UpdateSelf changes what a member may change of themselves. nil leaves a thing
// as it is.
type UpdateSelf struct {
	Name         *string
	Settings     *MemberSettings
	Password     *string
	Old          string // the present password, needed to change it
	Keep         ID     // the session that stays when the password changes
	RevokeTokens bool
}

// UpdateSelf changes the actor's own name, settings or password. A new password
// ends all other sessions.
func (d *Desk) UpdateSelf(ctx context.Context, a Actor, u UpdateSelf) (Member, error) {
	var hash string
	if u.Password != nil {
		if err := checkPassword(*u.Password); err != nil {
			return Member{}, err
		}
		if !d.passwords.Verify(a.Member.PasswordHash, u.Old) {
			return Member{}, ErrOldPassword
		}
		var err error
		if hash, err = d.passwords.Hash(*u.Password); err != nil {
			return Member{}, err
		}
	}
	var m Member
	err := d.write(ctx, FromMembers, func(tx Tx, now time.Time) (err error) {
		if m, err = tx.LockMember(a.Member.ID); err != nil {
			return err
		}
		if !m.RemovedAt.IsZero() {
			return errSignedOut
		}
		plan := Plan{Tell{Change{Workspace: m.Workspace, Kind: MemberChanged, Subject: m.ID}}}
		if u.Name != nil {
			if m.Name, err = memberName(*u.Name); err != nil {
				return err
			}
		}
		if u.Settings != nil {
			m.Settings = *u.Settings
		}
		if hash != "" {
			if m.PasswordHash != a.Member.PasswordHash {
				return ErrOldPassword // it was changed a moment ago
			}
			m.PasswordHash = hash
		}
		more, err := endAccess(tx, m, ending{by: m.ID, password: hash != "", keep: u.Keep, tokens: u.RevokeTokens, at: now})
		if err != nil {
			return err
		}
		if err := tx.SetMember(m); err != nil {
			return err
		}
		return tx.Apply(append(plan, more...))
	})
	return m, err
}

// ErrOldPassword says that the present password was not given.
var ErrOldPassword = Invalid("old_password", "This is not your present password.")

func memberName(name string) (string, error) {
	name = strings.TrimSpace(Clean(name))
	if name == "" || utf8.RuneCountInString(name) > maxName {
		return "", Invalid("name", "The name must have between 1 and %d characters.", maxName)
	}
	return name, nil
}

// ending says which ways in to a member's account end.
type ending struct {
	by       ID   // who does it
	password bool // it is new: sessions end, but for keep
	keep     ID
	tokens   bool
	at       time.Time
}

func endAccess(tx Tx, m Member, e ending) (Plan, error) {
	var plan Plan
	note := func(action string) {
		plan = append(plan, AddAudit{Audit{ID: tx.NewID(), Workspace: m.Workspace, At: e.at, Member: e.by, Action: action, SubjectType: "member", Subject: m.ID}})
	}
	if e.password {
		if err := tx.DropSessions(m.ID, e.keep); err != nil {
			return nil, err
		}
		note("password.changed")
	}
	if e.tokens {
		if err := tx.RevokeTokens(m.ID, e.at); err != nil {
			return nil, err
		}
		note("tokens.revoked")
	}
	if plan != nil {
		plan = append(plan, Tell{Change{Workspace: m.Workspace, Kind: AccessChanged, Subject: m.ID}})
	}
	return plan, nil
}

// Reauthorise returns the actor with the rights of this moment, for connections
// that outlive a request. A session that ended or a member who was removed is
// CodeUnauthorized.
func (d *Desk) Reauthorise(ctx context.Context, a Actor) (Actor, error) {
	alive := false
	if a.Token {
		ts, err := d.store.Tokens(ctx, a.Member.Workspace, a.Member.ID)
		if err != nil {
			return Actor{}, err
		}
		alive = slices.ContainsFunc(ts, func(t Token) bool { return t.ID == a.Session && t.RevokedAt.IsZero() })
	} else {
		ss, err := d.store.Sessions(ctx, a.Member.Workspace, a.Member.ID)
		if err != nil {
			return Actor{}, err
		}
		now := Instant(d.now())
		alive = slices.ContainsFunc(ss, func(s Session) bool { return s.ID == a.Session && now.Before(s.ExpiresAt) })
	}
	if !alive {
		return Actor{}, errSignedOut
	}
	again, err := d.actor(ctx, a.Member.Workspace, a.Member.ID)
	again.Session, again.Token = a.Session, a.Token
	return again, err
}
