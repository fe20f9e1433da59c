/** Antibacterials, with the antituberculosis and antileprosy medicines. */
import { row, type Ingredient } from '../formulary.ts';

const BETA_LACTAMS: readonly Ingredient[] = [
	row('amoxicillin', 'eml-6.2', {
		names: ['amoxicilline', 'amoxicilina', 'amoxycillin', 'amoxil', 'clamoxyl'], rxnorm: '723', snomed: ['27658006', '372687004', '294505008'],
		classes: ['penicillins', 'aminopenicillins', 'beta-lactams']
	}),
	row('ampicillin', 'eml-6.2', {
		names: ['ampicilline', 'ampicilina'], rxnorm: '733', snomed: ['31087008', '294506009'],
		classes: ['penicillins', 'aminopenicillins', 'beta-lactams']
	}),
	row('benzylpenicillin', 'eml-6.2', {
		names: [
			'benzylpenicilline', 'bencilpenicilina', 'penicillin g', 'penicilline g', 'penicilina g', 'benzathine benzylpenicillin',
			'benzathine penicillin', 'benzathine penicilline', 'benzathine benzylpenicilline', 'penicilina benzatinica', 'bencilpenicilina benzatina',
			'penicillin g benzathine', 'crystalline penicillin', 'bicillin', 'extencilline'
		],
		rxnorm: '7980', snomed: ['78507004', '294499007', '75247008', '294495001'], classes: ['penicillins', 'beta-lactams']
	}),
	row('phenoxymethylpenicillin', 'eml-6.2', {
		names: ['penicillin v', 'penicilline v', 'penicilina v', 'phenoxymethylpenicilline', 'fenoximetilpenicilina', 'pen v', 'pen vk'],
		rxnorm: '7984', snomed: ['39359008', '372725003', '294497009'], classes: ['penicillins', 'beta-lactams']
	}),
	row('cloxacillin', 'eml-6.2', {
		names: ['cloxacilline', 'cloxacilina'], snomed: ['68422006', '294501004'], classes: ['penicillins', 'beta-lactams']
	}),
	row('flucloxacillin', 'eml-6.2', {
		names: ['flucloxacilline', 'flucloxacilina', 'floxacillin'], snomed: ['294502006'], classes: ['penicillins', 'beta-lactams']
	}),
	row('dicloxacillin', 'eml-6.2', { names: ['dicloxacilline', 'dicloxacilina'], rxnorm: '3356', classes: ['penicillins', 'beta-lactams'] }),
	row('piperacillin', 'eml-6.2', { names: ['piperacilline', 'piperacilina'], rxnorm: '8339', classes: ['penicillins', 'beta-lactams'] }),
	row('clavulanic acid', 'eml-6.2', {
		names: ['clavulanate', 'clavulanate potassium', 'acide clavulanique', 'acido clavulanico', 'clavulanico', 'clavulanique'], rxnorm: '48203',
		snomed: ['395939008'], classes: ['beta-lactams']
	}),
	row('tazobactam', 'eml-6.2', { rxnorm: '37617', classes: ['beta-lactams'] }),
	row('cefalexin', 'eml-6.2', {
		names: ['cephalexin', 'cefalexine', 'cefalexina', 'keflex'], rxnorm: '2231', snomed: ['54887004', '294535001'],
		classes: ['cephalosporins', 'aminocephalosporins', 'beta-lactams']
	}),
	row('cefadroxil', 'label', {
		names: ['cefadroxilo'], rxnorm: '2177', snomed: ['13414000', '294534002'], classes: ['cephalosporins', 'aminocephalosporins', 'beta-lactams']
	}),
	row('cefaclor', 'label', {
		rxnorm: '2176', snomed: ['4937008', '294541008'], classes: ['cephalosporins', 'aminocephalosporins', 'beta-lactams']
	}),
	row('cefazolin', 'eml-6.2', {
		names: ['cefazoline', 'cefazolina', 'cephazolin'], rxnorm: '2180', snomed: ['294537009'], classes: ['cephalosporins', 'beta-lactams']
	}),
	row('cefuroxime', 'eml-6.2', {
		names: ['cefuroxima'], rxnorm: '2194', snomed: ['73986003', '372833007', '294542001'],
		classes: ['cephalosporins', 'methoxyimino-cephalosporins', 'beta-lactams']
	}),
	row('ceftriaxone', 'eml-6.2', {
		names: ['ceftriaxona', 'rocephin', 'rocephine'], rxnorm: '2193', snomed: ['19841008', '294551009'],
		classes: ['cephalosporins', 'methoxyimino-cephalosporins', 'beta-lactams']
	}),
	row('cefotaxime', 'eml-6.2', {
		names: ['cefotaxima'], rxnorm: '2186', snomed: ['3334000', '294545004'], classes: ['cephalosporins', 'methoxyimino-cephalosporins', 'beta-lactams']
	}),
	row('cefpodoxime', 'label', {
		names: ['cefpodoxima'], rxnorm: '20489', snomed: ['294550005'], classes: ['cephalosporins', 'methoxyimino-cephalosporins', 'beta-lactams']
	}),
	row('cefixime', 'eml-6.2', { names: ['cefixima'], rxnorm: '25033', snomed: ['294548002'], classes: ['cephalosporins', 'beta-lactams'] }),
	row('ceftazidime', 'eml-6.2', {
		names: ['ceftazidima'], rxnorm: '2191', snomed: ['36893000', '294546003'], classes: ['cephalosporins', 'methoxyimino-cephalosporins', 'beta-lactams']
	}),
	row('aztreonam', 'label', { names: ['aztreonamo'] }),
	row('meropenem', 'eml-6.2', { rxnorm: '29561', classes: ['carbapenems', 'beta-lactams'] }),
	row('imipenem', 'eml-6.2', { names: ['imipeneme'], rxnorm: '5690', classes: ['carbapenems', 'beta-lactams'] })
];

const OTHERS: readonly Ingredient[] = [
	row('sulfamethoxazole', 'eml-6.2', {
		names: ['sulphamethoxazole', 'sulfametoxazol'], rxnorm: '10180', snomed: ['70047000'], classes: ['sulfonamide-antimicrobials']
	}),
	row('trimethoprim', 'eml-6.2', { names: ['trimethoprime', 'trimetoprima', 'trimetoprim'], rxnorm: '10829', snomed: ['32792001', '294477004'] }),
	row('sulfadiazine', 'eml-6.5', {
		names: ['sulphadiazine', 'sulfadiazina', 'silver sulfadiazine', 'silver sulphadiazine', 'sulfadiazine argentique', 'sulfadiazina de plata'],
		rxnorm: '10171', snomed: ['294573002', '294580000'], classes: ['sulfonamide-antimicrobials']
	}),
	row('sulfasalazine', 'label', {
		names: ['sulphasalazine', 'sulfasalazina', 'salazopyrine'], rxnorm: '9524', snomed: ['45844004', '293663001'],
		classes: ['sulfonamide-antimicrobials', 'salicylates']
	}),
	row('erythromycin', 'eml-6.2', {
		names: ['erythromycine', 'eritromicina'], rxnorm: '4053', snomed: ['30427009', '91931000'], classes: ['macrolides']
	}),
	row('azithromycin', 'eml-6.2', { names: ['azithromycine', 'azitromicina', 'zithromax'], rxnorm: '18631', snomed: ['294472005'], classes: ['macrolides'] }),
	row('clarithromycin', 'eml-6.2', { names: ['clarithromycine', 'claritromicina'], rxnorm: '21212', snomed: ['294471003'], classes: ['macrolides'] }),
	row('doxycycline', 'eml-6.2', { names: ['doxiciclina'], rxnorm: '3640', snomed: ['10504007'], classes: ['tetracyclines'] }),
	row('tetracycline', 'eml-6.2', { names: ['tetraciclina'], rxnorm: '10395', snomed: ['66261008'], classes: ['tetracyclines'] }),
	row('ciprofloxacin', 'eml-6.2', {
		names: ['ciprofloxacine', 'ciprofloxacino', 'ciproxin'], rxnorm: '2551', snomed: ['7577004', '294487000'], classes: ['fluoroquinolones']
	}),
	row('levofloxacin', 'eml-6.2.5', { names: ['levofloxacine', 'levofloxacino'], rxnorm: '82122', classes: ['fluoroquinolones'] }),
	row('moxifloxacin', 'eml-6.2.5', { names: ['moxifloxacine', 'moxifloxacino'], rxnorm: '139462', classes: ['fluoroquinolones'] }),
	row('ofloxacin', 'label', { names: ['ofloxacine', 'ofloxacino'], rxnorm: '7623', snomed: ['294489002'], classes: ['fluoroquinolones'] }),
	row('norfloxacin', 'label', { names: ['norfloxacine', 'norfloxacino'], rxnorm: '7517', snomed: ['294490006'], classes: ['fluoroquinolones'] }),
	row('gentamicin', 'eml-6.2', {
		names: ['gentamicine', 'gentamicina', 'gentamycin'], rxnorm: '1596450', snomed: ['57752001', '294469003'], classes: ['aminoglycosides']
	}),
	row('amikacin', 'eml-6.2', { names: ['amikacine', 'amikacina'], snomed: ['294463002'], classes: ['aminoglycosides'] }),
	row('streptomycin', 'eml-6.2.5', {
		names: ['streptomycine', 'estreptomicina'], rxnorm: '10109', snomed: ['40877002', '294466005'], classes: ['aminoglycosides']
	}),
	row('neomycin', 'label', { names: ['neomycine', 'neomicina'], rxnorm: '7299', snomed: ['294468006'], classes: ['aminoglycosides'] }),
	row('tobramycin', 'label', { names: ['tobramycine', 'tobramicina'], rxnorm: '10627', classes: ['aminoglycosides'] }),
	row('metronidazole', 'eml-6.2', {
		names: ['metronidazol', 'flagyl'], rxnorm: '6922', snomed: ['1222004', '294567003'], classes: ['nitroimidazoles']
	}),
	row('tinidazole', 'label', { names: ['tinidazol'], rxnorm: '10612', snomed: ['294568008'], classes: ['nitroimidazoles'] }),
	row('secnidazole', 'label', { names: ['secnidazol'], rxnorm: '36314', classes: ['nitroimidazoles'] }),
	row('clindamycin', 'eml-6.2', { names: ['clindamycine', 'clindamicina'], rxnorm: '2582', snomed: ['58883005', '294561002'], classes: ['lincosamides'] }),
	row('vancomycin', 'eml-6.2', { names: ['vancomycine', 'vancomicina'], rxnorm: '11124', snomed: ['42082003', '294475007'] }),
	row('nitrofurantoin', 'eml-6.2', { names: ['nitrofurantoine', 'nitrofurantoina'], rxnorm: '7454', snomed: ['294478009'] }),
	row('chloramphenicol', 'eml-6.2', { names: ['cloranfenicol'], rxnorm: '2348' }),
	row('mupirocin', 'eml-13', { names: ['mupirocine', 'mupirocina'], rxnorm: '42372' })
];

const MYCOBACTERIA: readonly Ingredient[] = [
	row('isoniazid', 'eml-6.2.5', { names: ['isoniazide', 'isoniazida', 'inh'], rxnorm: '6038' }),
	row('rifampicin', 'eml-6.2.5', {
		names: ['rifampin', 'rifampicine', 'rifampicina'], rxnorm: '9384', snomed: ['29175007'], classes: ['rifamycins']
	}),
	row('rifapentine', 'eml-6.2.5', { names: ['rifapentina'], rxnorm: '35617', classes: ['rifamycins'] }),
	row('rifabutin', 'eml-6.2.5', { names: ['rifabutine', 'rifabutina'], rxnorm: '55672', classes: ['rifamycins'] }),
	row('pyrazinamide', 'eml-6.2.5', { names: ['pirazinamida'], rxnorm: '8987', snomed: ['13592004'] }),
	row('ethambutol', 'eml-6.2.5', { names: ['etambutol'], rxnorm: '4110', snomed: ['24450004'] }),
	row('bedaquiline', 'eml-6.2.5', { names: ['bedaquilina'], rxnorm: '1364504' }),
	row('linezolid', 'eml-6.2.5', { names: ['linezolide'], rxnorm: '190376' }),
	row('ethionamide', 'eml-6.2.5', { names: ['etionamida'], rxnorm: '4127' }),
	row('cycloserine', 'eml-6.2.5', { names: ['cicloserina'], rxnorm: '3007' }),
	row('pretomanid', 'label', { rxnorm: '2198359' }),
	row('delamanid', 'eml-6.2.5'),
	row('clofazimine', 'eml-6.2.4', { names: ['clofazimina'] }),
	row('dapsone', 'eml-6.2.4', { names: ['dapsona', 'disulone'], rxnorm: '3108', snomed: ['17308007'] })
];

export const ANTIBACTERIALS: readonly Ingredient[] = [...BETA_LACTAMS, ...OTHERS, ...MYCOBACTERIA];
