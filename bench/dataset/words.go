package dataset

import (
	"math/rand/v2"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// tongue is a language of the customers: its words, the frequent ones first, in
// the form in which they are written and in the form in which they are found.
type tongue struct {
	written []string
	found   []string // folded as the store folds: lower case, without diacritics
	pick    alias
	first   []string // given names
	last    []string
	phone   string // what its numbers begin with
	digits  int    // how many follow
}

const vocabulary = 20_000 // words of a language

// tongues are made anew each time: the seed decides the rarer words.
func tongues(seed uint64) []*tongue {
	all := []*tongue{
		{
			written: strings.Fields(`the I to you and my is it a of for in have order not can was on me this that with your please when
				be will but yes do if at hello thank thanks we so from delivery what there are still no how one would number send
				today received ok would like know package good just get any more new address refund invoice price time need back
				tomorrow product size shop help sorry problem email phone card payment money wrong broken colour shipping week`),
			first: strings.Fields("Olivia Jack Amelia Harry Isla Noah Emily George Grace Oscar Sophie Leo Chloe Max Ruby"),
			last:  strings.Fields("Smith Jones Taylor Brown Williams Wilson Johnson Davies Patel Wright Walker Green Hall Clarke Evans"),
			phone: "+4477", digits: 8,
		},
		{
			written: strings.Fields(`a sa na som je že to v mi by s aby ako ale dobrý deň ďakujem prosím objednávka môžem ešte čo už mám
				kedy nie áno bude pre alebo za do či objednávku balík tovar peniaze účet číslo dnes zajtra prišiel poslať vrátiť
				veľkosť farba chcem potrebujem adresa kuriér doručenie platba faktúra zľava kde týždeň správa ďalší žltý šaty topánky
				reklamácia vymeniť dostal ešte stále neprišlo pekný večer zdravím vopred`),
			first: strings.Fields("Zuzana Ján Mária Peter Katarína Jozef Žofia Ľubomír Šimon Barbora Matúš Lucia Tomáš Ďurďa Eva"),
			last:  strings.Fields("Horváth Kováč Varga Tóth Nagy Baláž Šimek Ďurica Ľupták Žák Novák Hudák Čierny Molnár Kučera"),
			phone: "+4219", digits: 8,
		},
		{
			written: strings.Fields(`o a de que e eu não para do da um com uma em meu é por pedido mais minha na no se você olá bom dia
				obrigado obrigada já quando está ainda como foi mas chegou entrega produto número tem vocês pode isso hoje amanhã
				endereço pagamento cartão devolução troca tamanho preço ajuda preciso quero receber enviar nota fiscal prazo atenção
				informação situação então também até três mês coração promoção camisa sapato cor loja`),
			first: strings.Fields("João Maria José Ana Antônio Luíza Conceição Márcio Inês Luís Mônica Sérgio Débora Caio Íris"),
			last:  strings.Fields("Silva Santos Oliveira Souza Pereira Lima Araújo Gonçalves Conceição Magalhães Assunção Simões Brandão Prado Luz"),
			phone: "+55119", digits: 8,
		},
		{
			written: strings.Fields(`ich die der und das ist nicht mit zu in den es für bitte ein eine auf habe wie Sie mir wann Bestellung
				noch von danke hallo guten Tag Paket Lieferung Größe Rückgabe zurück heute morgen wäre können möchte Rechnung Straße
				Adresse schön grün weiß Geld Konto Nummer schon aber oder Woche früher später übrig Käufer Händler wählen`),
			first: strings.Fields("Jürgen Käthe Björn Sören Anna Lukas Mia Jörg Günther Sabine Emil Änne Thomas Petra Uwe"),
			last:  strings.Fields("Müller Schmidt Schäfer Weiß Köhler Krüger Groß Lang Böhm Vogel Jäger Bauer Löwe Roth Busch"),
			phone: "+49151", digits: 8,
		},
	}
	syllables := [][]string{
		strings.Fields("an ber con der en fil gra ing lo mer nor op per qua ring sto ter un ver wil y ton ash dle ck ment ous ly ght"),
		strings.Fields("ba če do fí ga chý ja ku ľu mo ná ob pre rá se šťa to ve zá žiť ňa dý lô ký tu vi sť ova nie ený"),
		strings.Fields("a bo ção de es fi gã ho im já ko lhe mo nha ões pe que rí são tu ú vê xa za ente ar er ís co dê"),
		strings.Fields("ab ber che der ein fü ge heit ig kä lich mö nen ob pf rün sch tra über ver wä zu ung keit ße stell gan mit bar"),
	}
	for i, t := range all {
		r := rand.New(rand.NewPCG(seed, uint64(i)+1))
		known := map[string]bool{}
		for _, w := range t.written {
			known[fold(w)] = true
		}
		for len(t.written) < vocabulary {
			var b strings.Builder
			for range 2 + r.IntN(3) {
				b.WriteString(syllables[i][r.IntN(len(syllables[i]))])
			}
			if w := b.String(); !known[fold(w)] {
				known[fold(w)] = true
				t.written = append(t.written, w)
			}
		}
		t.found = make([]string, len(t.written))
		weights := make([]float64, len(t.written))
		for rank, w := range t.written {
			t.found[rank] = fold(w)
			weights[rank] = 1 / (float64(rank) + 2.7) // Zipf with Mandelbrot's shift
		}
		t.pick = newAlias(weights)
	}
	return all
}

// fold is the store's folding for the letters that occur here.
func fold(s string) string {
	var b strings.Builder
	for _, r := range norm.NFKD.String(strings.ToLower(s)) {
		switch {
		case unicode.Is(unicode.Mn, r):
		case r == 'ß':
			b.WriteString("ss")
		default:
			b.WriteRune(r)
		}
	}
	return b.String()
}

// alias draws numbers by weight in constant time (Walker's method, as Vose puts
// it).
type alias struct {
	keep  []float64
	other []int32
}

func newAlias(weights []float64) alias {
	n := len(weights)
	a := alias{make([]float64, n), make([]int32, n)}
	sum := 0.0
	for _, w := range weights {
		sum += w
	}
	var small, large []int32
	for i, w := range weights {
		a.keep[i] = w * float64(n) / sum
		if a.keep[i] < 1 {
			small = append(small, int32(i))
		} else {
			large = append(large, int32(i))
		}
	}
	for len(small) > 0 && len(large) > 0 {
		s, l := small[len(small)-1], large[len(large)-1]
		small = small[:len(small)-1]
		a.other[s] = l
		if a.keep[l] -= 1 - a.keep[s]; a.keep[l] < 1 {
			large = large[:len(large)-1]
			small = append(small, l)
		}
	}
	for _, i := range append(small, large...) {
		a.keep[i] = 1
	}
	return a
}

func (a alias) draw(r *rand.Rand) int {
	i := r.IntN(len(a.keep))
	if r.Float64() < a.keep[i] {
		return i
	}
	return int(a.other[i])
}
