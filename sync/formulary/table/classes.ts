/**
 * Classes by which allergies are recorded, cross-reactions between them, and feared cross-reactions that studies did not confirm.
 *
 * A class that is only a way of recording ("statin allergy") has `within: null`: an allergy to the class counts against every
 * member, an allergy to one member does not count against the others.
 */
import type { CrossReaction, IngredientClass, NoCrossReaction, Severity } from '../formulary.ts';

interface ClassExtras { readonly names?: readonly string[]; readonly snomed?: readonly string[] }

const reacting = (id: string, label: string, severity: Severity, source: string, extras: ClassExtras = {}): IngredientClass => ({
	id, label, names: extras.names ?? [], snomed: extras.snomed ?? [], within: { severity, source }, source
});
const recorded = (id: string, label: string, source: string, extras: ClassExtras = {}): IngredientClass => ({
	id, label, names: extras.names ?? [], snomed: extras.snomed ?? [], within: null, source
});

export const CLASSES: readonly IngredientClass[] = [
	reacting('penicillins', 'penicillins', 'critical', 'label-amoxicillin', {
		names: ['penicillin', 'penicillins', 'penicilline', 'penicillines', 'penicilina', 'penicilinas', 'penicillin antibiotics'],
		snomed: ['91936005', '6369005', '764146007', '373270004', '294492003', '294500003', '68892006', '294504007', '294513009']
	}),
	recorded('aminopenicillins', 'aminopenicillins', 'picard-2019', { names: ['aminopenicillin', 'aminopenicillins'] }),
	reacting('cephalosporins', 'cephalosporins', 'warning', 'label-cefalexin', {
		names: [
			'cephalosporin', 'cephalosporins', 'cefalosporin', 'cefalosporins', 'cephalosporine', 'cephalosporines', 'cefalosporina',
			'cefalosporinas'
		],
		snomed: ['294532003', '51779009', '294533008', '294540009', '294544000', '294555000']
	}),
	reacting('aminocephalosporins', 'aminocephalosporins (amino R1 side chain)', 'critical', 'romano-2015'),
	reacting('methoxyimino-cephalosporins', 'cephalosporins with a methoxyimino R1 side chain', 'critical', 'romano-2015'),
	reacting('carbapenems', 'carbapenems', 'critical', 'khan-2022', {
		names: ['carbapenem', 'carbapenems', 'carbapeneme', 'carbapenemes'], snomed: ['294531005']
	}),
	recorded('beta-lactams', 'beta-lactams', 'khan-2022', {
		names: ['beta lactam', 'beta lactams', 'betalactam', 'betalactams', 'beta lactamines', 'betalactamicos', 'beta lactamicos']
	}),
	reacting('sulfonamide-antimicrobials', 'sulfonamide antimicrobials', 'critical', 'label-cotrimoxazole', {
		names: [
			'sulfonamide', 'sulfonamides', 'sulphonamide', 'sulphonamides', 'sulfa', 'sulpha', 'sulfa drug', 'sulfa drugs', 'sulfas',
			'sulfamide', 'sulfamides', 'sulfonamida', 'sulfonamidas', 'sulfamida', 'sulfamidas'
		],
		snomed: ['91939003', '59255006', '294581001']
	}),
	recorded('sulfonamide-non-antimicrobials', 'sulfonamides that are not antimicrobials', 'strom-2003'),
	reacting('macrolides', 'macrolides', 'critical', 'label-azithromycin', {
		names: ['macrolide', 'macrolides', 'macrolido', 'macrolidos'], snomed: ['91933002']
	}),
	reacting('tetracyclines', 'tetracyclines', 'critical', 'label-doxycycline', { names: ['tetracyclines', 'tetraciclinas'] }),
	reacting('fluoroquinolones', 'fluoroquinolones', 'critical', 'label-ciprofloxacin', {
		names: [
			'fluoroquinolone', 'fluoroquinolones', 'quinolone', 'quinolones', 'fluoroquinolona', 'fluoroquinolonas', 'quinolona', 'quinolonas'
		],
		snomed: ['294483001']
	}),
	reacting('aminoglycosides', 'aminoglycosides', 'critical', 'label-gentamicin', {
		names: ['aminoglycoside', 'aminoglycosides', 'aminosides', 'aminoglucosido', 'aminoglucosidos'], snomed: ['294462007']
	}),
	reacting('nitroimidazoles', 'nitroimidazoles', 'critical', 'label-metronidazole', {
		names: ['nitroimidazole', 'nitroimidazoles', 'nitroimidazol', 'nitroimidazoles'], snomed: ['294566007']
	}),
	reacting('lincosamides', 'lincosamides', 'critical', 'label-clindamycin', {
		names: ['lincosamide', 'lincosamides', 'lincosamida'], snomed: ['294560001']
	}),
	reacting('azole-antifungals', 'azole antifungals', 'warning', 'label-fluconazole', {
		names: ['azole antifungal', 'azole antifungals', 'antifongiques azoles'], snomed: ['294352001', '294355004', '294364009']
	}),
	reacting('benzimidazole-anthelmintics', 'benzimidazole anthelmintics', 'critical', 'label-albendazole', {
		names: ['benzimidazole anthelmintics'], snomed: ['294457006']
	}),
	reacting('4-aminoquinolines', '4-aminoquinolines', 'critical', 'label-hydroxychloroquine', { snomed: ['294389003'] }),
	reacting('cinchona', 'cinchona alkaloids and mefloquine', 'critical', 'label-mefloquine', { snomed: ['294397005'] }),
	recorded('artemisinins', 'artemisinins', 'eml-6.5', { names: ['artemisinin', 'artemisinins', 'artemisinine', 'artemisinina'] }),
	reacting('rifamycins', 'rifamycins', 'critical', 'label-rifampicin', { names: ['rifamycin', 'rifamycins', 'rifamycine'] }),
	recorded('nnrti', 'non-nucleoside reverse transcriptase inhibitors', 'eml-6.4', { names: ['nnrti', 'nnrtis'] }),
	recorded('nrti', 'nucleoside and nucleotide reverse transcriptase inhibitors', 'eml-6.4', { names: ['nrti', 'nrtis'] }),
	reacting('nsaids', 'non-steroidal anti-inflammatory drugs (COX-1 inhibitors)', 'critical', 'kowalski-2013', {
		names: [
			'nsaid', 'nsaids', 'nsaims', 'ains', 'aine', 'aines', 'non steroidal anti inflammatory', 'nonsteroidal anti inflammatory',
			'non steroidal anti inflammatory drug', 'non steroidal anti inflammatory drugs', 'anti inflammatoires non steroidiens',
			'antiinflamatorios no esteroideos'
		],
		snomed: ['293610009']
	}),
	recorded('coxibs', 'selective COX-2 inhibitors', 'kowalski-2013', { names: ['coxib', 'coxibs', 'cox 2 inhibitors'] }),
	recorded('salicylates', 'salicylates', 'kowalski-2013', {
		names: ['salicylate', 'salicylates', 'salicilatos'], snomed: ['293585002']
	}),
	reacting('phenanthrene-opioids', 'phenanthrene opioids', 'warning', 'label-morphine', { snomed: ['293595009', '293602008'] }),
	recorded('opioids', 'opioids', 'eml-2', {
		names: ['opioid', 'opioids', 'opiate', 'opiates', 'opiaces', 'opioides', 'opiaceos'], snomed: ['293587005']
	}),
	reacting('amide-anaesthetics', 'local anaesthetics of the amide type', 'critical', 'label-lidocaine'),
	reacting('ester-anaesthetics', 'local anaesthetics of the ester type', 'critical', 'label-procaine'),
	recorded('local-anaesthetics', 'local anaesthetics', 'eml-1', {
		names: [
			'local anaesthetic', 'local anaesthetics', 'local anesthetic', 'local anesthetics', 'anesthesiques locaux', 'anestesicos locales'
		],
		snomed: ['293718005']
	}),
	reacting('aromatic-anticonvulsants', 'aromatic anticonvulsants', 'critical', 'shear-1988'),
	reacting('benzodiazepines', 'benzodiazepines', 'critical', 'label-lorazepam', {
		names: ['benzodiazepine', 'benzodiazepines', 'benzodiacepina', 'benzodiacepinas'], snomed: ['293885009']
	}),
	reacting('phenothiazines', 'phenothiazines', 'critical', 'label-promethazine', {
		names: ['phenothiazine', 'phenothiazines', 'fenotiazina', 'fenotiazinas'], snomed: ['293928009']
	}),
	reacting('ace-inhibitors', 'ACE inhibitors', 'critical', 'label-enalapril', {
		names: ['ace inhibitor', 'ace inhibitors', 'acei', 'acei s', 'iec', 'ieca', 'inhibiteurs de l enzyme de conversion']
	}),
	recorded('angiotensin-receptor-blockers', 'angiotensin II receptor blockers', 'eml-12', {
		names: ['angiotensin receptor blocker', 'angiotensin receptor blockers', 'arb', 'arbs', 'sartan', 'sartans', 'sartanes', 'ara ii']
	}),
	recorded('beta-blockers', 'beta-blockers', 'eml-12', {
		names: ['beta blocker', 'beta blockers', 'betabloquants', 'beta bloquants', 'betabloqueantes'],
		snomed: ['293962009', '293963004', '293971000']
	}),
	recorded('calcium-channel-blockers', 'calcium channel blockers', 'eml-12', {
		names: ['calcium channel blocker', 'calcium channel blockers', 'calcioantagonistas', 'inhibiteurs calciques'], snomed: ['293994004']
	}),
	recorded('statins', 'statins', 'eml-12', { names: ['statin', 'statins', 'statine', 'statines', 'estatina', 'estatinas'] }),
	recorded('thiazides', 'thiazide and related diuretics', 'eml-16', { names: ['thiazide', 'thiazides', 'tiazida', 'tiazidas'] }),
	reacting('heparins', 'heparins', 'critical', 'label-enoxaparin', { names: ['heparins', 'heparines', 'heparinas'] }),
	reacting('sulfonylureas', 'sulfonylureas', 'warning', 'label-glimepiride', {
		names: ['sulfonylurea', 'sulfonylureas', 'sulphonylurea', 'sulphonylureas', 'sulfamides hypoglycemiants', 'sulfonilureas'],
		snomed: ['34012005']
	}),
	recorded('insulins', 'insulins', 'eml-18', { names: ['insulins', 'insulines', 'insulinas'] }),
	reacting('proton-pump-inhibitors', 'proton pump inhibitors', 'critical', 'label-omeprazole', {
		names: ['proton pump inhibitor', 'proton pump inhibitors', 'ppi', 'ppis', 'ipp', 'inhibidores de la bomba de protones'],
		snomed: ['293654003']
	}),
	reacting('h2-antagonists', 'H2-receptor antagonists', 'warning', 'label-famotidine', {
		names: ['h2 antagonist', 'h2 antagonists', 'h2 blockers'], snomed: ['293649007']
	}),
	reacting('piperazine-antihistamines', 'piperazine antihistamines', 'critical', 'label-cetirizine'),
	recorded('antihistamines', 'H1 antihistamines', 'eml-3', {
		names: ['antihistamine', 'antihistamines', 'antihistaminique', 'antihistaminiques', 'antihistaminico', 'antihistaminicos'],
		snomed: ['294109009', '294110004', '294117001']
	}),
	recorded('corticosteroids', 'corticosteroids', 'eml-3', {
		names: ['corticosteroid', 'corticosteroids', 'corticoides', 'corticosteroide', 'corticosteroides']
	}),
	reacting('iodinated-contrast', 'iodinated contrast media', 'critical', 'acr-contrast', {
		names: [
			'contrast', 'contrast media', 'contrast medium', 'contrast dye', 'iodinated contrast', 'iodinated contrast media', 'x ray contrast',
			'x ray contrast media', 'radiocontrast', 'produit de contraste', 'produits de contraste', 'produit de contraste iode',
			'medio de contraste', 'medios de contraste', 'contraste yodado'
		],
		snomed: ['293637006', '293638001']
	}),
	reacting('equine-immunoglobulins', 'immunoglobulins and sera from horses', 'critical', 'who-antivenom', {
		names: ['equine serum', 'horse serum', 'equine immunoglobulin', 'serum equin', 'suero equino', 'serum de cheval']
	}),
	recorded('vaccines-grown-in-eggs', 'vaccines grown in hen’s eggs with an egg contraindication', 'label-yellow-fever')
];

export const CROSS_REACTIONS: readonly CrossReaction[] = [
	{
		id: 'aminopenicillin-aminocephalosporin', a: 'aminopenicillins', b: 'aminocephalosporins', severity: 'critical',
		why: 'the same or a very similar R1 side chain', source: 'picard-2019'
	},
	{
		id: 'penicillin-aminocephalosporin', a: 'penicillins', b: 'aminocephalosporins', severity: 'critical',
		why: 'aminocephalosporins cross-react in about one of six people with a penicillin allergy', source: 'picard-2019'
	},
	{
		id: 'penicillin-cephalosporin', a: 'penicillins', b: 'cephalosporins', severity: 'warning',
		why: 'side chains differ: about one in fifty cross-reacts', source: 'picard-2019'
	},
	{
		id: 'penicillin-carbapenem', a: 'penicillins', b: 'carbapenems', severity: 'info', why: 'fewer than one in a hundred cross-react',
		source: 'picard-2019'
	},
	{
		id: 'cephalosporin-carbapenem', a: 'cephalosporins', b: 'carbapenems', severity: 'info', why: 'a shared beta-lactam ring, rarely reacting',
		source: 'khan-2022'
	},
	{
		id: 'ceftazidime-aztreonam', a: '=ceftazidime', b: '=aztreonam', severity: 'critical', why: 'the same R1 side chain', source: 'khan-2022'
	},
	{
		id: 'sulfonamide-dapsone', a: 'sulfonamide-antimicrobials', b: '=dapsone', severity: 'warning',
		why: 'about one in five people with a co-trimoxazole reaction also reacts to dapsone', source: 'holtzer-1998'
	},
	{
		id: 'sulfonamide-non-antimicrobial', a: 'sulfonamide-antimicrobials', b: 'sulfonamide-non-antimicrobials', severity: 'info',
		why: 'labels warn; 9.9 % of 969 people reacted, fewer than to a penicillin: predisposition rather than cross-reactivity', source: 'strom-2003'
	},
	{
		id: 'nsaid-salicylate', a: 'nsaids', b: 'salicylates', severity: 'critical', why: 'both inhibit COX-1', source: 'label-ibuprofen'
	},
	{
		id: 'nsaid-paracetamol', a: 'nsaids', b: '=paracetamol', severity: 'info',
		why: 'a weak COX-1 inhibitor: single doses of 1,000 mg and more may provoke a reaction', source: 'kowalski-2013'
	},
	{
		id: 'nsaid-coxib', a: 'nsaids', b: 'coxibs', severity: 'info', why: 'selective COX-2 inhibitors are tolerated by most', source: 'kowalski-2013'
	},
	{
		id: 'efavirenz-nevirapine', a: '=efavirenz', b: '=nevirapine', severity: 'warning',
		why: 'a rash with one can recur with the other', source: 'mehta-2007'
	},
	{
		id: 'ace-arb', a: 'ace-inhibitors', b: 'angiotensin-receptor-blockers', severity: 'warning',
		why: 'angioedema with an ACE inhibitor recurs with a receptor blocker in 3.5 (confirmed) to 9.4 (possible) of 100', source: 'haymore-2008'
	},
	{
		id: 'egg-vaccine', a: '=egg', b: 'vaccines-grown-in-eggs', severity: 'critical', why: 'the vaccine contains egg protein',
		source: 'label-yellow-fever'
	}
];

export const NO_CROSS_REACTIONS: readonly NoCrossReaction[] = [
	{
		a: '=shellfish', b: 'iodinated-contrast', why: 'an allergy to shellfish is to its proteins, not to iodine', source: 'acr-contrast'
	},
	{ a: '=iodine', b: 'iodinated-contrast', why: 'a reaction to topical iodine is no sign of a contrast allergy', source: 'acr-contrast' },
	{ a: '=egg', b: '=propofol', why: 'propofol is tolerated by people with an egg allergy', source: 'khan-2022' },
	{ a: 'amide-anaesthetics', b: 'ester-anaesthetics', why: 'amide and ester anaesthetics do not cross-react', source: 'khan-2022' }
];
