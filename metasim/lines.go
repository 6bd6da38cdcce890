package metasim

// script is what simulated customers say in one language.
type script struct{ openers, answers []string }

func builtInCast() []Persona {
	// Numbers that regulators keep free for fiction, or that are plainly made up.
	return []Persona{
		{"+421900000233", "Zuzana Kováčová", "sk"},
		{"+447700900242", "Chloe Barrett", "en"},
		{"+5511900000212", "João Pereira", "pt"},
		{"+385910000267", "Marija Kovač", "hr"},
		{"+359880000256", "Георги Димитров", "bg"},
		{"+421900000266", "Ľuboš Šťastný", "sk"},
		{"+5521900000234", "Mariana Araújo", "pt"},
		{"+14155550123", "Noah Williams", "en"},
		{"+385910000221", "Đurđica Šimić", "hr"},
		{"+359880000221", "Мария Иванова", "bg"},
	}
}

// linesOf gives the script of a language, English for one that is not there.
func linesOf(language string) script {
	switch language {
	case "sk":
		return script{
			openers: []string{
				"Dobrý deň, kedy mi príde objednávka A-2041?",
				"Ahoj, máte ešte tie modré hrnčeky?",
				"Dobrý deň, chcel by som vrátiť tovar. Ako na to?",
				"Dá sa u vás platiť aj na faktúru?",
				"Prišla mi iná veľkosť, než som objednal. 😕",
			},
			answers: []string{
				"Super, ďakujem!", "Aha, rozumiem. A koľko to bude stáť?", "Jasné, pošlem vám fotku večer.",
				"Hodilo by sa mi to radšej vo štvrtok.", "Dobre, počkám. 🙂", "Ešte jedna vec: môžem zmeniť adresu doručenia?",
			},
		}
	case "pt":
		return script{
			openers: []string{
				"Oi, bom dia! Meu pedido já saiu para entrega?",
				"Vocês têm essa peça no tamanho M?",
				"Olá, gostaria de trocar um produto. Como faço?",
				"Posso pagar no Pix?",
				"Chegou um item a menos na caixa 😕",
			},
			answers: []string{
				"Perfeito, muito obrigado!", "Entendi. E quanto fica o frete?", "Vou mandar a foto daqui a pouco.",
				"Prefiro na quinta, se der.", "Tá bom, fico no aguardo 🙂", "Só mais uma coisa: dá para mudar o endereço?",
			},
		}
	case "hr":
		return script{
			openers: []string{
				"Dobar dan, kada stiže moja narudžba?",
				"Imate li još ove šalice u plavoj boji?",
				"Pozdrav, htjela bih zamijeniti veličinu. Kako?",
				"Može li plaćanje pouzećem?",
				"Paket je stigao oštećen 😕",
			},
			answers: []string{
				"Odlično, hvala!", "Razumijem. A koliko to košta?", "Može, poslat ću sliku navečer.",
				"Više bi mi odgovaralo u četvrtak.", "U redu, čekam. 🙂", "Još nešto: mogu li promijeniti adresu?",
			},
		}
	case "bg":
		return script{
			openers: []string{
				"Здравейте, кога ще пристигне поръчката ми?",
				"Имате ли още от сините чаши?",
				"Добър ден, искам да върна продукт. Как става?",
				"Може ли да платя с наложен платеж?",
				"Получих грешен размер 😕",
			},
			answers: []string{
				"Чудесно, благодаря!", "Разбирам. А колко ще струва?", "Добре, ще изпратя снимка довечера.",
				"По-удобно ми е в четвъртък.", "Добре, ще изчакам. 🙂", "И още нещо: може ли да сменя адреса?",
			},
		}
	}
	return script{
		openers: []string{
			"Hi, when will my order A-2041 arrive?",
			"Hello! Do you still have the blue mugs?",
			"Hi there, I would like to return something. How does it work?",
			"Can I pay by invoice?",
			"I got a different size than I ordered 😕",
		},
		answers: []string{
			"Great, thank you!", "I see. And how much would that be?", "Sure, I will send you a photo tonight.",
			"Thursday would suit me better.", "All right, I'll wait. 🙂", "One more thing: can I change the delivery address?",
		},
	}
}
