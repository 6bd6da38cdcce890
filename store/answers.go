package store

import (
	"errors"

	"parley/desk"
)

const selectAnswer = "SELECT id, workspace_id, member_id, route, key, request, state, at, status, type, body FROM answers"

// scanAnswer opens the body. One that was sealed with another secret is lost.
func (s *sealer) scanAnswer(r row) (a desk.Answer, err error) {
	var sealed []byte
	if err = r.Scan(&a.ID, &a.Workspace, &a.Member, &a.Route, &a.Key, &a.Request, &a.State, at{&a.At}, &a.Status, &a.Type, &sealed); err != nil {
		return a, err
	}
	if a.State != desk.AnswerGiven {
		return a, nil
	}
	if a.Body, err = s.open(sealed, "answers", a.ID, "body"); err != nil {
		a.State, a.Status, a.Type, a.Body = desk.AnswerDone, 0, "", nil
	}
	return a, nil
}

func (t *tx) ClaimAnswer(a desk.Answer) (have desk.Answer, taken bool, err error) {
	fresh, err := t.claim(`INSERT INTO answers (id, workspace_id, member_id, route, key, request, state, at, status, type, body)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0, '', $9) ON CONFLICT DO NOTHING`,
		a.ID, a.Workspace, a.Member, a.Route, a.Key, bytesOf(a.Request), string(a.State), us(a.At), []byte{})
	if err != nil || fresh {
		return a, false, err
	}
	have, found, err := find(background(), t, t.seal.scanAnswer,
		selectAnswer+" WHERE workspace_id = $1 AND member_id = $2 AND route = $3 AND key = $4 FOR UPDATE", a.Workspace, a.Member, a.Route, a.Key)
	if err == nil && !found {
		err = errors.New("store: an answer's key is taken and not there")
	}
	return have, true, err
}

func (t *tx) CommitAnswer(id desk.ID) (bool, error) {
	n, err := t.exec(background(), "UPDATE answers SET state = 'done' WHERE id = $1 AND state IN ('running', 'done')", id)
	return n == 1, err
}

func (t *tx) SetAnswer(a desk.Answer) error {
	sealed, err := t.seal.seal(a.Body, "answers", a.ID, "body")
	if err != nil {
		return err
	}
	return t.run("UPDATE answers SET state = $2, status = $3, type = $4, body = $5 WHERE id = $1", a.ID, string(a.State), a.Status, a.Type, sealed)
}

func (t *tx) DropAnswer(id desk.ID) error { return t.run("DELETE FROM answers WHERE id = $1", id) }
