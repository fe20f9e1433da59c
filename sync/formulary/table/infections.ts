/** Antimalarials and other antiprotozoals, antiretrovirals and other antivirals, antifungals, anthelmintics. */
import { row, type Ingredient } from '../formulary.ts';

const MALARIA: readonly Ingredient[] = [
	row('artemether', 'eml-6.5', { names: ['artemeter'], classes: ['artemisinins'] }),
	row('artesunate', 'eml-6.5', { names: ['artesunato'], classes: ['artemisinins'] }),
	row('artenimol', 'inn', { names: ['dihydroartemisinin', 'dihydroartemisinine', 'dihidroartemisinina'], classes: ['artemisinins'] }),
	row('lumefantrine', 'eml-6.5', { names: ['lumefantrina'], rxnorm: '847728' }),
	row('piperaquine', 'eml-6.5', { names: ['piperaquina'], classes: ['4-aminoquinolines'] }),
	row('amodiaquine', 'eml-6.5', { names: ['amodiaquina'], classes: ['4-aminoquinolines'] }),
	row('chloroquine', 'eml-6.5', {
		names: ['cloroquina', 'nivaquine'], rxnorm: '2393', snomed: ['14728000', '294394003'], classes: ['4-aminoquinolines']
	}),
	row('hydroxychloroquine', 'eml-8', { names: ['hidroxicloroquina'], rxnorm: '5521', classes: ['4-aminoquinolines'] }),
	row('quinine', 'eml-6.5', { names: ['quinina'], rxnorm: '9071', snomed: ['47065008', '294398000'], classes: ['cinchona'] }),
	row('mefloquine', 'eml-6.5', { names: ['mefloquina', 'lariam'], rxnorm: '6694', snomed: ['294392004'], classes: ['cinchona'] }),
	row('primaquine', 'eml-6.5', { names: ['primaquina'], rxnorm: '8687', snomed: ['294391006'] }),
	row('sulfadoxine', 'eml-6.5', { names: ['sulphadoxine', 'sulfadoxina'], classes: ['sulfonamide-antimicrobials'] }),
	row('pyrimethamine', 'eml-6.5', { names: ['pirimetamina'], rxnorm: '9010', snomed: ['294388006'] }),
	row('proguanil', 'eml-6.5', { names: ['chloroguanide'], rxnorm: '2382' }),
	row('atovaquone', 'label', { names: ['atovacuona'] }),
	row('benznidazole', 'eml-6.5', { names: ['benznidazol'], rxnorm: '18994', classes: ['nitroimidazoles'] }),
	row('miltefosine', 'eml-6.5', { names: ['miltefosina'], rxnorm: '1494066' }),
	row('pentamidine', 'eml-6.5', { names: ['pentamidina'], rxnorm: '7994' })
];

const VIRUSES: readonly Ingredient[] = [
	row('abacavir', 'eml-6.4', { rxnorm: '190521', classes: ['nrti'] }),
	row('lamivudine', 'eml-6.4', { names: ['lamivudina', '3tc'], rxnorm: '68244', classes: ['nrti'] }),
	row('emtricitabine', 'eml-6.4', { names: ['emtricitabina', 'ftc'], rxnorm: '276237', classes: ['nrti'] }),
	row('tenofovir disoproxil', 'eml-6.4', {
		names: ['tenofovir', 'tenofovir disoproxil fumarate', 'fumarate de tenofovir disoproxil', 'tdf'], rxnorm: '300195', classes: ['nrti']
	}),
	row('zidovudine', 'eml-6.4', { names: ['zidovudina', 'azt'], rxnorm: '11413', snomed: ['294369004'], classes: ['nrti'] }),
	row('stavudine', 'label', { names: ['estavudina', 'd4t'], rxnorm: '59763', classes: ['nrti'] }),
	row('nevirapine', 'eml-6.4', { names: ['nevirapina', 'nvp'], rxnorm: '53654', classes: ['nnrti'] }),
	row('efavirenz', 'eml-6.4', { names: ['efv'], rxnorm: '195085', classes: ['nnrti'] }),
	row('dolutegravir', 'eml-6.4', { names: ['dtg'], rxnorm: '1433868' }),
	row('raltegravir', 'eml-6.4', { rxnorm: '719872' }),
	row('lopinavir', 'eml-6.4', { rxnorm: '195088' }),
	row('ritonavir', 'eml-6.4', { rxnorm: '85762' }),
	row('atazanavir', 'eml-6.4', { rxnorm: '343047' }),
	row('darunavir', 'eml-6.4', { rxnorm: '460132' }),
	row('aciclovir', 'eml-6.4', { names: ['acyclovir'], snomed: ['294384008'] })
];

const FUNGI_AND_WORMS: readonly Ingredient[] = [
	row('fluconazole', 'eml-6.3', { names: ['fluconazol'], rxnorm: '4450', snomed: ['294365005'], classes: ['azole-antifungals'] }),
	row('ketoconazole', 'label', { names: ['ketoconazol', 'cetoconazol'], rxnorm: '6135', snomed: ['294362008'], classes: ['azole-antifungals'] }),
	row('clotrimazole', 'eml-6.3', { names: ['clotrimazol'], rxnorm: '2623', snomed: ['294356003'], classes: ['azole-antifungals'] }),
	row('miconazole', 'eml-13', { names: ['miconazol'], rxnorm: '6932', snomed: ['294363003'], classes: ['azole-antifungals'] }),
	row('griseofulvin', 'eml-6.3', { names: ['griseofulvine', 'griseofulvina'], rxnorm: '5021', snomed: ['294348001'] }),
	row('nystatin', 'eml-6.3', { names: ['nystatine', 'nistatina'], rxnorm: '7597', snomed: ['12096000', '294351008'] }),
	row('albendazole', 'eml-6.1', { names: ['albendazol'], snomed: ['294459009'], classes: ['benzimidazole-anthelmintics'] }),
	row('mebendazole', 'eml-6.1', { names: ['mebendazol'], rxnorm: '6672', snomed: ['294458001'], classes: ['benzimidazole-anthelmintics'] }),
	row('praziquantel', 'eml-6.1', { rxnorm: '8628' }),
	row('ivermectin', 'eml-6.1', { names: ['ivermectine', 'ivermectina'], rxnorm: '6069' }),
	row('niclosamide', 'eml-6.1', { names: ['niclosamida'] }),
	row('permethrin', 'eml-13', { names: ['permethrine', 'permetrina'], rxnorm: '33199' })
];

export const INFECTIONS: readonly Ingredient[] = [...MALARIA, ...VIRUSES, ...FUNGI_AND_WORMS];
