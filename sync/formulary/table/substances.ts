/** Allergens that are no medicine, contrast media, antiseptics and sera; and products that stand for several ingredients. */
import { row, type Combination, type Ingredient } from '../formulary.ts';

export const SUBSTANCES: readonly Ingredient[] = [
	row('iohexol', 'eml-14', { classes: ['iodinated-contrast'] }),
	row('iopamidol', 'label', { classes: ['iodinated-contrast'] }),
	row('iodine', 'eml-15', { names: ['iode', 'yodo', 'povidone iodine', 'povidone iodee', 'povidona yodada', 'betadine'], rxnorm: '5933' }),
	row('chlorhexidine', 'eml-15', { names: ['clorhexidina'], rxnorm: '2358', snomed: ['373568007', '294431008'] }),
	row('natural rubber latex', 'who-latex', {
		names: ['latex', 'latex rubber', 'rubber latex', 'caoutchouc', 'natural rubber'], snomed: ['111088007']
	}),
	row('egg', 'fhir-allergy-code', {
		names: ['eggs', 'egg protein', 'egg white', 'hen s egg', 'oeuf', 'oeufs', 'huevo', 'huevos'], snomed: ['91930004', '213020009']
	}),
	row('peanut', 'fhir-allergy-code', {
		names: ['peanuts', 'groundnut', 'groundnuts', 'arachide', 'arachides', 'cacahuete', 'cacahuate', 'mani'], snomed: ['91935009']
	}),
	row('tree nut', 'fhir-allergy-code', { names: ['nut', 'nuts', 'tree nuts', 'fruits a coque', 'nueces'], snomed: ['91934008'] }),
	row('shellfish', 'fhir-allergy-code', {
		names: ['seafood', 'prawn', 'prawns', 'shrimp', 'crustaces', 'fruits de mer', 'mariscos', 'camaron', 'shellfish derived products'],
		snomed: ['300913006', '91937001', '227151004']
	}),
	row('fish', 'fhir-allergy-code', { names: ['poisson', 'pescado'], snomed: ['417532002', '735971005'] }),
	row('milk', 'fhir-allergy-code', { names: ['cow s milk', 'dairy', 'lait', 'leche', 'milk protein', 'milk related compounds'] }),
	row('bee venom', 'fhir-allergy-code', { names: ['bee sting', 'bee stings', 'venin d abeille', 'veneno de abeja'], snomed: ['424213003'] }),
	row('house dust mite', 'fhir-allergy-code', { names: ['dust mite', 'dust mites', 'house dust mites', 'acariens', 'acaros'], snomed: ['232350006'] }),
	row('animal dander', 'fhir-allergy-code', { names: ['dander', 'cat dander', 'dog dander', 'dander animal'], snomed: ['232347008', '232346004'] }),
	row('pollen', 'fhir-allergy-code', {
		names: ['grass pollen', 'tree pollen', 'pollens', 'polen'], snomed: ['418689008', '419263009', '256259004']
	}),
	row('mould', 'fhir-allergy-code', { names: ['mold', 'moisissure', 'moisissures', 'moho'], snomed: ['419474003'] }),
	row('gelatin', 'inn', { names: ['gelatine', 'gelatina'], rxnorm: '4716' }),
	row('snake antivenom', 'eml-19', {
		names: ['antivenom', 'antivenin', 'antivenom immunoglobulin', 'serum antivenimeux', 'suero antiofidico'], classes: ['equine-immunoglobulins']
	}),
	row('equine rabies immunoglobulin', 'who-antivenom', { names: ['erig'], classes: ['equine-immunoglobulins'] }),
	row('diphtheria antitoxin', 'eml-19', { names: ['antitoxine diphterique', 'antitoxina difterica'], classes: ['equine-immunoglobulins'] }),
	row('yellow fever vaccine', 'label-yellow-fever', {
		names: ['vaccin contre la fievre jaune', 'vacuna contra la fiebre amarilla', 'stamaril', 'yf vax'], classes: ['vaccines-grown-in-eggs']
	})
];

export const COMBINATIONS: readonly Combination[] = [
	{
		names: ['co trimoxazole', 'cotrimoxazole', 'cotrimoxazol', 'trimoxazole', 'tmp smx', 'smx tmp', 'bactrim', 'septrin'],
		ingredients: ['sulfamethoxazole', 'trimethoprim'], source: 'eml-6.2'
	},
	{
		names: ['co amoxiclav', 'coamoxiclav', 'amoxiclav', 'augmentin', 'amoxiclavulanate'],
		ingredients: ['amoxicillin', 'clavulanic acid'], source: 'eml-6.2'
	},
	{ names: ['coartem', 'artemether lumefantrine'], ingredients: ['artemether', 'lumefantrine'], source: 'eml-6.5' },
	{ names: ['asaq', 'artesunate amodiaquine', 'coarsucam'], ingredients: ['artesunate', 'amodiaquine'], source: 'eml-6.5' },
	{ names: ['eurartesim'], ingredients: ['artenimol', 'piperaquine'], source: 'eml-6.5' },
	{ names: ['fansidar', 'sulfadoxine pyrimethamine', 'sp iptp'], ingredients: ['sulfadoxine', 'pyrimethamine'], source: 'eml-6.5' },
	{ names: ['malarone'], ingredients: ['atovaquone', 'proguanil'], source: 'label' },
	{ names: ['rhze', 'hrze', 'rifafour'], ingredients: ['rifampicin', 'isoniazid', 'pyrazinamide', 'ethambutol'], source: 'eml-6.2.5' },
	{ names: ['rhz', 'hrz'], ingredients: ['rifampicin', 'isoniazid', 'pyrazinamide'], source: 'eml-6.2.5' },
	{ names: ['tld'], ingredients: ['tenofovir disoproxil', 'lamivudine', 'dolutegravir'], source: 'eml-6.4' },
	{ names: ['tle'], ingredients: ['tenofovir disoproxil', 'lamivudine', 'efavirenz'], source: 'eml-6.4' },
	{ names: ['kaletra', 'lpv r', 'aluvia'], ingredients: ['lopinavir', 'ritonavir'], source: 'eml-6.4' },
	{ names: ['co codamol', 'paracetamol codeine'], ingredients: ['paracetamol', 'codeine'], source: 'eml-2' },
	{ names: ['vicodin'], ingredients: ['paracetamol', 'hydrocodone'], source: 'label' },
	{ names: ['percocet'], ingredients: ['paracetamol', 'oxycodone'], source: 'label' },
	{
		names: [
			'procaine penicillin', 'procaine benzylpenicillin', 'penicillin g procaine', 'procaine penicilline', 'penicilina procaina',
			'penicilina procainica', 'bencilpenicilina procaina'
		],
		ingredients: ['benzylpenicillin', 'procaine'], source: 'eml-6.2'
	},
	{ names: ['ampiclox'], ingredients: ['ampicillin', 'cloxacillin'], source: 'inn' },
	{ names: ['piptazo', 'pip tazo', 'tazocin'], ingredients: ['piperacillin', 'tazobactam'], source: 'eml-6.2' }
];
